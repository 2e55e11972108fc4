"""A register is filled from a file for one enterprise, and for no other."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise, Membership
from portal.imports import actions, kinds
from portal.imports.models import ImportRun
from portal.imports.states import ImportState
from tests.factories import make_enterprise, make_user
from tests.services.boards.conftest import NOW, signed_in
from tests.seventh.models import Meter

Make = Callable[..., Meter]
pytestmark = pytest.mark.django_db


def send(page: Client, firm: Enterprise, text: str, encoding: str = "utf-8") -> ImportRun:
    file = SimpleUploadedFile("表.csv", text.encode(encoding), content_type="text/csv")
    answer = page.post(reverse("imports:new", args=["energy-meters"], query={"for": firm.pk}), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    actions.work(NOW)
    return ImportRun.objects.latest("pk")


def confirm(page: Client, run: ImportRun) -> ImportRun:
    page.post(reverse("imports:confirm", args=[run.pk]))
    actions.work(NOW)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_good_rows_come_in_once_and_bad_ones_come_back(
    page: Client, firm: Enterprise, meter: Make, encoding: str
) -> None:
    meter("一号表")
    meter("二号表", enterprise=make_enterprise())
    rows = ["一号表,Gas,,", "二号表,Gas,2027年1月31日,机房", "三号表,steam,2027-13-01,", "二号表,Power,,"]
    text = "\n".join(["Meter,Kind,Next reading,Note", *rows])
    run = send(page, firm, text, encoding)
    assert (run.total, run.bad, run.state) == (4, 2, ImportState.CHECKED)
    shown = page.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "This may be one of: Power、Gas." in shown
    assert "Enter a valid date." in shown
    assert Meter.objects.filter(enterprise=firm).count() == 1

    run = confirm(page, run)
    assert (run.added, run.known, run.state) == (1, 1, ImportState.DONE)
    assert list(Meter.objects.filter(enterprise=firm).order_by("pk").values_list("name", "kind", "note")) == [
        ("一号表", "power", ""),
        ("二号表", "gas", "机房"),
    ]
    again = confirm(page, send(page, firm, text, encoding))
    assert (again.added, again.known) == (0, 2)


def test_nobody_brings_in_for_an_enterprise_that_is_not_theirs(page: Client, firm: Enterprise) -> None:
    other = make_enterprise()
    for query in ({"for": other.pk}, {"for": "x"}, {}):
        assert page.get(reverse("imports:new", args=["energy-meters"], query=query)).status_code == 404
    assert signed_in(make_user()).get(reverse("imports:new", args=["institutions"])).status_code == 404


def test_who_no_longer_speaks_for_the_enterprise_brings_in_nothing(page: Client, firm: Enterprise) -> None:
    run = send(page, firm, "Meter\n一号表\n")
    page.post(reverse("imports:confirm", args=[run.pk]))
    Membership.objects.update(state=Membership.State.LEFT)
    actions.work(NOW)
    run.refresh_from_db()
    assert (run.state, Meter.objects.count()) == (ImportState.FAILED, 0)


def test_the_template_names_the_columns_and_shows_an_example(page: Client, firm: Enterprise) -> None:
    address = reverse("imports:template", args=["energy-meters", "csv"], query={"for": firm.pk})
    lines = b"".join(page.get(address).streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Meter *,Kind,Next reading,Note", "(example)一号表,Gas,2027-01-31,"]


def test_each_reads_in_their_language_by_what_rows_are_told_apart() -> None:
    """Whoever asks first, kinds being made once."""
    said = {}
    for language in ("en", "zh-hans", "en"):
        with override(language):
            said[language] = str(kinds.registered()["metrology-instruments"].about)
    assert (said["en"].startswith("Told apart by: Serial"), "Serial" in said["zh-hans"]) == (True, False)
