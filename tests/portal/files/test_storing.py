import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from portal.files import actions, responses
from portal.files.models import Attachment
from tests.factories import make_user
from tests.portal.files.corpus import BAD, PDF, picture, upload


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Iterator[Path]:
    """Attachments of this test, in a folder of its own."""
    where = tmp_path / "attachments"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": where}},
    }
    yield where


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_stored_file_says_nothing_by_its_name_and_everything_by_its_row(folder: Path) -> None:
    user = make_user()
    attachment = actions.store(upload("../检测报告\u202e.pdf", PDF), by=user)
    attachment.refresh_from_db()
    assert (attachment.display_name, attachment.content_type) == ("检测报告.pdf", "application/pdf")
    assert (attachment.size, attachment.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert attachment.uploaded_by == user
    (path,) = kept(folder)
    assert path.read_bytes() == PDF
    assert len(path.name) == 32
    assert "." not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_two_files_of_one_name_are_two_files(folder: Path) -> None:
    first, second = (actions.store(upload("a.pdf", PDF), by=None) for _ in range(2))
    assert first.file.name != second.file.name
    assert len(kept(folder)) == 2


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(ValidationError):
        actions.store(upload("page.pdf", BAD["page.pdf"]), by=None)
    assert (kept(folder), Attachment.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_full_disk_is_said_and_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.files.storage.filesystem.os.fdopen", refuse_to_write)
    with pytest.raises(actions.NoSpace) as refused:
        actions.store(upload("a.pdf", PDF), by=None)
    assert refused.value.status == 507
    assert (kept(folder), Attachment.objects.count()) == ([], 0)


def refuse_to_write(descriptor: int, mode: str) -> object:
    os.close(descriptor)
    raise OSError(28, "No space left on device")


@pytest.mark.django_db
def test_files_without_a_row_are_swept_after_an_hour_and_no_others(folder: Path) -> None:
    attached = actions.store(upload("a.pdf", PDF), by=None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.store(upload("b.pdf", PDF), by=None)
        raise ZeroDivisionError
    assert len(kept(folder)) == 2

    assert actions.sweep_orphans(timezone.now() + timedelta(minutes=59)) == 0
    assert len(kept(folder)) == 2
    assert actions.sweep_orphans(timezone.now() + timedelta(minutes=61)) == 1
    assert [path.name for path in kept(folder)] == [Path(attached.file.name).name]
    assert actions.sweep_orphans(timezone.now() + timedelta(days=9)) == 0


def test_there_is_nothing_to_sweep_before_the_first_file(folder: Path, db: None) -> None:
    assert actions.sweep_orphans(timezone.now()) == 0


@pytest.mark.django_db
def test_a_download_is_never_a_page(folder: Path) -> None:
    attachment = actions.store(upload('报告 "1".png', picture("PNG")), by=None)
    response = responses.download(attachment)
    assert b"".join(response) == picture("PNG")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.django_db
def test_behind_nginx_the_bytes_are_left_to_it(folder: Path, settings) -> None:
    settings.ACCEL_PREFIX = "/protected/"
    attachment = actions.store(upload("a.pdf", PDF), by=None)
    response = responses.download(attachment)
    assert response["X-Accel-Redirect"] == f"/protected/{attachment.file.name}"
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert (response["X-Content-Type-Options"], response.content) == ("nosniff", b"")


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_file_that_is_gone_or_changed_is_not_given_out(
    folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    attachment = actions.store(upload("a.pdf", PDF), by=None)
    if damage == "gone":
        default_storage.delete(attachment.file.name)
    else:
        (folder / attachment.file.name).write_bytes(PDF + b" ")
    with pytest.raises(responses.Http404):
        responses.download(attachment)
    assert "missing or was changed" in caplog.text
