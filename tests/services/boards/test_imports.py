"""Every register can be filled from a file; its own example says how a row looks."""

from typing import Any

import pytest

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.board import BoardApp, registered
from services.boards.certification import loading
from services.boards.certification.models import Roadmap, Step
from services.boards.imports import RegisterKind
from services.boards.register import Register
from tests.services.boards.conftest import NOW

pytestmark = pytest.mark.django_db
EVERY = [(app, one) for app in registered().values() for one in app.registers]


def brought_in(app: BoardApp, register: Register[Any], firm: Enterprise, owner: User) -> None:
    kind = RegisterKind(app, register).within(str(firm.pk), owner)
    example = dict(register.example)
    row = kind.form(example, known=kind.lookups([example]))
    assert row.is_valid(), row.errors
    kind.add([row.cleaned_data], by=owner, now=NOW)
    assert kind.on_record([row.cleaned_data]) == set(kind.keys(row.cleaned_data))


@pytest.mark.parametrize(("app", "register"), EVERY, ids=[f"{app.slug}-{one.slug}" for app, one in EVERY])
def test_the_example_of_each_register_comes_in_and_is_known_the_second_time(
    app: BoardApp, register: Register[Any], firm: Enterprise, owner: User
) -> None:
    brought_in(app, register, firm, owner)
    assert register.model._default_manager.filter(enterprise=firm).count() == 1


def test_a_roadmap_from_a_file_has_its_steps(firm: Enterprise, owner: User) -> None:
    loading.load()
    app = registered()["certification"]
    register = app.register("roadmaps")
    assert register is not None
    brought_in(app, register, firm, owner)
    roadmap = Roadmap.objects.get(enterprise=firm)
    assert roadmap.asked == Step.objects.filter(roadmap=roadmap).count() > 0
