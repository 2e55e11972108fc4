"""The registers of this board and what of them falls due."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from services.boards.certification.children import STEPS
from services.boards.certification.forms import CertificateForm, RoadmapForm
from services.boards.certification.models import Certificate, Roadmap, Step
from services.boards.dated import Dated
from services.boards.models import Entry
from services.boards.register import Register

SLUG = "certification"


def _path(register: str, row: Entry) -> str:
    return reverse("boards:entry", args=[SLUG, register, row.pk])


EXPIRY = Dated(
    slug="certificate-expires",
    title=_("Certificate expires"),
    rows=lambda: Certificate.objects.kept().exclude(state=Certificate.State.WITHDRAWN),
    on="valid_to",
    words=str,
    path=lambda row: _path("certificates", row),
    days=(90, 60, 30),
)
SURVEILLANCE = Dated(
    slug="certificate-surveillance",
    title=_("Surveillance due"),
    rows=lambda: Certificate.objects.kept().filter(state=Certificate.State.VALID),
    on="surveillance_on",
    words=str,
    path=lambda row: _path("certificates", row),
    days=(60, 30, 15),
)
STEP = Dated(
    slug="roadmap-step",
    title=_("Step of an accreditation roadmap due"),
    rows=Step.objects.kept,
    on="target_on",
    words=str,
    path=lambda row: row.get_absolute_url(),
    owner="roadmap__enterprise",
    days=(14, 0),
    related=("roadmap", "requirement"),
)

CERTIFICATES = Register(
    slug="certificates",
    model=Certificate,
    title=_("Certificates held"),
    add=_("Add a certificate"),
    empty=_("Enter the certificates that you hold. You are reminded before surveillance and before they expire."),
    form=CertificateForm,
    columns=("number", "scheme", "body", "state", "surveillance_on", "valid_to"),
    key=("number",),
    search=("number", "body", "scope", "sites"),
    icon="patch-check",
    choices=("scheme", "state"),
    due=EXPIRY,
    example={
        "scheme": "质量管理体系",
        "number": "00126Q00001R0M",
        "scope": "卫生陶瓷的设计与生产",
        "body": "演示认证中心有限公司",
        "sites": "一厂、二厂",
        "state": "有效",
        "issued_on": "2026-03-01",
        "valid_to": "2029-02-28",
        "last_surveillance_on": "",
        "surveillance_on": "2027-02-28",
        "note": "",
    },
    more="certification/_certificate.html",
)
ROADMAPS = Register(
    slug="roadmaps",
    model=Roadmap,
    title=_("Accreditation roadmaps"),
    add=_("Begin a roadmap"),
    empty=_(
        "Begin one for your laboratory: a list of what is asked, with who sees to it, until when, and what shows it."
    ),
    form=RoadmapForm,
    columns=("laboratory", "aim", "progress", "apply_on"),
    key=("laboratory", "aim"),
    search=("laboratory", "scope"),
    icon="signpost-split",
    choices=("aim",),
    example={
        "laboratory": "研发实验室",
        "aim": "CNAS 实验室认可",
        "scope": "卫生陶瓷物理性能检测",
        "begun_on": "2026-03-01",
        "apply_on": "2027-06-30",
        "note": "",
    },
    more="certification/_roadmap.html",
    children=(STEPS,),
)
