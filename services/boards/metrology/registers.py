"""The registers of this board and what of them falls due."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from services.boards.dated import Dated
from services.boards.metrology.children import LINES
from services.boards.metrology.forms import DeclarationForm, ForerunnerForm, InstrumentForm, StandardForm
from services.boards.metrology.models import Declaration, Forerunner, Instrument, Standard
from services.boards.models import Entry
from services.boards.register import Register

SLUG = "metrology"


def _path(register: str, row: Entry) -> str:
    return reverse("boards:entry", args=[SLUG, register, row.pk])


RECALL = Dated(
    slug="instrument-due",
    title=_("Verification or calibration due"),
    rows=Instrument.objects.kept,
    on="due_on",
    words=str,
    path=lambda row: _path("instruments", row),
    days=(60, 30, 15),
)
REPLACE = Dated(
    slug="standard-withdrawn",
    title=_("Replace a withdrawn standard"),
    rows=Standard.objects.kept,
    on="news_on",
    words=str,
    path=lambda row: _path("standards", row),
    days=(60, 0),
)
REVIEW = Dated(
    slug="declaration-review",
    title=_("Review an enterprise standard"),
    rows=lambda: Declaration.objects.kept().exclude(state=Declaration.State.REVOKED),
    on="review_on",
    words=str,
    path=lambda row: _path("declarations", row),
    days=(90, 30),
)
LISTING = Dated(
    slug="forerunner-ends",
    title=_("Forerunner listing ends"),
    rows=lambda: Forerunner.objects.kept().filter(state=Forerunner.State.LISTED),
    on="listed_until",
    words=str,
    path=lambda row: _path("forerunners", row),
    days=(90, 30),
)

INSTRUMENTS = Register(
    slug="instruments",
    model=Instrument,
    title=_("Measuring instruments"),
    add=_("Add an instrument"),
    empty=_("Enter your instruments, or import the ledger you have as a table. You are reminded before each is due."),
    form=InstrumentForm,
    columns=("name", "model", "serial", "location", "confirmation", "last_on", "due_on"),
    key=("serial", "name"),
    search=("name", "model", "serial", "location", "certificate"),
    icon="speedometer2",
    choices=("confirmation", "use"),
    due=RECALL,
    example={
        "name": "压力表",
        "model": "Y-100",
        "serial": "YL-2024-001",
        "measuring_range": "(0～1.6) MPa",
        "accuracy": "1.6 级",
        "location": "一车间",
        "use": "安全防护",
        "compulsory": "是",
        "confirmation": "检定",
        "certificate": "演检字 20260001",
        "last_on": "2026-06-15",
        "interval_months": "6",
        "due_set_on": "",
        "note": "",
    },
    more="metrology/_instrument.html",
    children=(LINES,),
)
STANDARDS = Register(
    slug="standards",
    model=Standard,
    title=_("Standards in use"),
    add=_("Add a standard"),
    empty=_("Enter the standards that you work by. You are told when one of them is withdrawn or replaced."),
    form=StandardForm,
    columns=("number", "title", "product", "standing", "successor"),
    key=("number",),
    search=("number", "bare", "title", "product"),
    icon="journal-text",
    due=REPLACE,
    example={
        "number": "GB/T 6952-2015",
        "title": "卫生陶瓷",
        "product": "坐便器",
        "status": "未查新",
        "replaced_by": "",
        "withdrawn_on": "",
        "note": "",
    },
    more="metrology/_standard.html",
)
DECLARATIONS = Register(
    slug="declarations",
    model=Declaration,
    title=_("Self-declared enterprise standards"),
    add=_("Add an enterprise standard"),
    empty=_("Enter the enterprise standards that you have made public yourselves, and when you look at them again."),
    form=DeclarationForm,
    columns=("number", "title", "products", "state", "declared_on", "review_on"),
    key=("number",),
    search=("number", "title", "products"),
    icon="megaphone",
    choices=("state",),
    due=REVIEW,
    example={
        "number": "Q/YSJS 001-2026",
        "title": "节水型坐便器",
        "products": "坐便器 A1、A2",
        "state": "已公开",
        "declared_on": "2026-03-01",
        "review_on": "2029-03-01",
        "note": "",
    },
)
FORERUNNERS = Register(
    slug="forerunners",
    model=Forerunner,
    title=_("Forerunner applications"),
    add=_("Add an application"),
    empty=_("Enter for which enterprise standard you apply to be a forerunner, and what has become of it."),
    form=ForerunnerForm,
    columns=("number", "product", "year", "state", "listed_until"),
    key=("number", "year"),
    search=("number", "product", "body"),
    icon="trophy",
    choices=("state",),
    due=LISTING,
    example={
        "number": "Q/YSJS 001-2026",
        "product": "节水型坐便器",
        "year": "2026",
        "body": "",
        "state": "已申报",
        "applied_on": "2026-05-01",
        "listed_until": "",
        "note": "",
    },
)
