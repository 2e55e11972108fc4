"""All that boards keep of an enterprise is in its dossier: a register, a declared child, or left out for a reason."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model
from pghistory.models import Event

from enterprises.models import Enterprise
from services.boards.board import configs, registered
from services.boards.child import Child
from services.boards.labs.models import BookingClaim
from services.boards.models import Handed
from tests.factories import make_enterprise, make_user
from tests.services.boards.conftest import NOW, TODAY
from tests.seventh.board import READINGS
from tests.seventh.models import Meter, Reading

LEFT_OUT: dict[type[Model], str] = {
    BookingClaim: "what a booking keeps from others: the booking says it with its time",
    Handed: "the mark that a board was told; what came of it stands in the board",
}
ALL = [(app.slug, child) for app in registered().values() for child in app.children()]


def kept() -> Iterator[type[Model]]:
    """Models of the boards from which foreign keys lead to an enterprise; the history of rows apart."""
    for config in (apps.get_app_config("boards"), *configs()):
        for model in config.get_models():
            if not issubclass(model, Event) and leads_to_an_enterprise(model):
                yield model


def leads_to_an_enterprise(model: type[Model]) -> bool:
    seen, open_ = {model}, [model]
    while open_:
        for column in open_.pop()._meta.fields:
            if isinstance(column, ForeignKey) and column.related_model not in seen:
                seen.add(column.related_model)
                open_.append(column.related_model)
    return Enterprise in seen


def declared() -> set[type[Model]]:
    registers = {one.model for app in registered().values() for one in app.registers}
    return registers | {child.model for _slug, child in ALL}


def test_whatever_a_board_keeps_of_an_enterprise_is_declared_or_left_out_for_a_reason() -> None:
    assert {model.__name__ for model in kept()} == {model.__name__ for model in declared() | LEFT_OUT.keys()}


def test_what_is_left_out_is_not_declared() -> None:
    assert not declared() & LEFT_OUT.keys()


@pytest.mark.parametrize(("slug", "child"), ALL, ids=[f"{slug}-{child.slug}" for slug, child in ALL])
def test_a_child_can_be_written_down(slug: str, child: Child, db: None) -> None:
    owner = make_user()
    firm = make_enterprise(owner)
    assert list(child.joined(child.in_use(firm, owner))) == []
    assert len(child.header()) == 1 + len(child.keys) + len(child.columns)
    assert all(child.label(name) for name in child.on_paper)
    assert set(child.brief) <= set(child.columns)


def test_names_of_files_are_told_apart() -> None:
    for app in registered().values():
        slugs = [one.slug for one in (*app.registers, *app.children())]
        assert len(slugs) == len(set(slugs)), app.slug


@pytest.mark.django_db
def test_a_row_goes_out_in_words_and_for_programs_with_the_number_of_the_row_above() -> None:
    firm = make_enterprise(owner := make_user())
    meter = Meter.objects.create(enterprise=firm, name="一号表", created_at=NOW, changed_at=NOW)
    reading = Reading.objects.create(meter=meter, on=TODAY, shown="1234.50")
    assert READINGS.header() == ["id", "meter_id", "Day", "Shown"]
    row = READINGS.of(firm, owner).get()
    assert READINGS.line(row) == [reading.pk, meter.pk, TODAY.isoformat(), "1234.50"]
    assert READINGS.record(row) == {"id": reading.pk, "meter_id": meter.pk, "on": TODAY, "shown": row.shown}


@pytest.mark.django_db
def test_rows_are_seen_by_whoever_sees_the_row_above_and_not_in_use_once_it_is_put_away() -> None:
    firm = make_enterprise(owner := make_user())
    meter = Meter.objects.create(enterprise=firm, name="一号表", created_at=NOW, changed_at=NOW)
    Reading.objects.create(meter=meter, on=TODAY, shown=1)
    assert READINGS.of(firm, make_user()).count() == 0
    assert READINGS.in_use(firm, owner).count() == 1
    Meter.objects.update(retired_at=NOW, retired_why="sold")
    assert (READINGS.of(firm, owner).count(), READINGS.in_use(firm, owner).count()) == (1, 0)
