"""The world of these tests is built once, inside a transaction that is never committed."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.test import override_settings
from fontTools import subset

from portal import errors, pdf
from tests.authz.world import World, build


@pytest.fixture(scope="package")
def attachments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    where = {"location": tmp_path_factory.mktemp("attachments")}
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": where}
    with override_settings(STORAGES={**settings.STORAGES, "default": kept}):
        yield


@pytest.fixture(scope="package", autouse=True)
def _small_fonts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Papers are opened here by everybody and read by nobody: without Chinese they are drawn in a tenth of the time."""
    folder = tmp_path_factory.mktemp("fonts")
    small = {name: folder / file.name for name, file in pdf.FILES.items()}
    for name, file in pdf.FILES.items():
        subset.main([str(file), "--unicodes=U+20-7E,U+25A1", f"--output-file={small[name]}"])
    with patch.dict(pdf.FILES, small):
        yield


@pytest.fixture(scope="package")
def _built(django_db_setup: None, django_db_blocker: Any, attachments: None) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None) -> World:
    return _built


@pytest.fixture(scope="package")
def _drawn() -> dict[tuple[object, ...], str]:
    return {}


@pytest.fixture
def refusals_drawn_once(_drawn: dict[tuple[object, ...], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask whether somebody is refused, thousands of times: the page that says so, once for each role."""
    draw = errors.render_to_string

    def once(names: list[str], context: dict[str, Any], request: HttpRequest | None = None) -> str:
        role = getattr(getattr(request, "user", None), "role", "")
        key = (*names, type(context["refusal"]), request is None, role)
        if key not in _drawn:
            _drawn[key] = draw(names, context, request)
        return _drawn[key]

    monkeypatch.setattr(errors, "render_to_string", once)
