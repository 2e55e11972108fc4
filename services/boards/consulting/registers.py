"""The three registers of management consulting, and what of them falls due."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from services.boards.board import Link
from services.boards.consulting.children import OF_AWARDS, OF_DIAGNOSES
from services.boards.consulting.forms.registers import AwardForm, DiagnosisForm, ProjectForm
from services.boards.consulting.models import AwardApplication, Diagnosis, PlanAction, SupplyProject
from services.boards.consulting.states import PROJECTS_OPEN, AwardState, DiagnosisState
from services.boards.dated import Dated
from services.boards.register import Register

ALL_ACTIONS = Link(_("All actions"), "consulting:board", "kanban")

ACTION_DUE = Dated(
    slug="consulting-action",
    title=_("Action of an improvement plan due"),
    rows=PlanAction.objects.open,
    on="due_on",
    owner="diagnosis__enterprise",
    words=str,
    path=PlanAction.get_absolute_url,
    days=(14, 3, -1),
    related=("diagnosis",),
)
RECHECK_DUE = Dated(
    slug="consulting-recheck",
    title=_("Re-check of an improvement plan"),
    rows=lambda: Diagnosis.objects.kept().filter(state=DiagnosisState.OPEN, recheck_on__isnull=False),
    on="recheck_on",
    words=str,
    path=Diagnosis.get_absolute_url,
    days=(7,),
)
PROJECT_DUE = Dated(
    slug="consulting-project",
    title=_("Supply-chain project due"),
    rows=lambda: SupplyProject.objects.kept().filter(state__in=PROJECTS_OPEN, due_on__isnull=False),
    on="due_on",
    words=str,
    path=lambda row: reverse("boards:entry", args=["consulting", "projects", row.pk]),
    days=(30, 7),
)
AWARD_DUE = Dated(
    slug="consulting-award",
    title=_("Deadline of an award application"),
    rows=lambda: AwardApplication.objects.kept().filter(state=AwardState.PREPARING),
    on="deadline_on",
    words=str,
    path=lambda row: reverse("consulting:checklist", args=[row.pk]),
    days=(60, 30, 14, 3),
)

DIAGNOSES = Register(
    slug="diagnoses",
    model=Diagnosis,
    title=_("Diagnoses"),
    add=_("Enter a diagnosis"),
    empty=_("Enter the visit of an expert or institution; then write down what was found and what is to be done."),
    form=DiagnosisForm,
    columns=("title", "visited_on", "place", "diagnosed_by", "state", "recheck_on"),
    key=("title", "visited_on"),
    search=("title", "place", "diagnosed_by", "summary", "note"),
    icon="compass",
    choices=("state",),
    due=RECHECK_DUE,
    example={
        "title": "冲压车间质量诊断",
        "visited_on": "2026-05-12",
        "place": "一号厂房",
        "diagnosed_by": "演示专家",
        "summary": "来料检验缺少记录。",
        "recheck_on": "2026-11-12",
    },
    more="boards/consulting/_diagnosis.html",
    children=OF_DIAGNOSES,
)
PROJECTS = Register(
    slug="projects",
    model=SupplyProject,
    title=_("Supply-chain projects"),
    add=_("Add a project"),
    empty=_("Enter the issues of your supply chain, one row for each project that removes one."),
    form=ProjectForm,
    columns=("title", "chain", "issue", "suppliers", "owner", "state", "due_on"),
    key=("chain", "title"),
    search=("title", "chain", "anchor", "suppliers", "issue", "owner"),
    icon="diagram-3",
    choices=("state",),
    due=PROJECT_DUE,
    example={
        "chain": "整车零部件质量提升",
        "anchor": "演示整车厂",
        "suppliers": "演示冲压厂，演示涂装厂",
        "issue": "冲压件毛刺超差",
        "title": "模具刃口定期修磨",
        "owner": "质量部",
        "state": "计划中",
        "begins_on": "2026-03-01",
        "due_on": "2026-09-30",
        "spent_cny": "12000",
        "expected_cny": "80000",
    },
)
AWARDS = Register(
    slug="awards",
    model=AwardApplication,
    title=_("Award applications"),
    add=_("Add an application"),
    empty=_("Enter the award and its deadline; the list of criteria and the reminders come by themselves."),
    form=AwardForm,
    columns=("award", "scheme", "deadline_on", "state"),
    key=("award", "deadline_on"),
    search=("award", "organiser", "note"),
    icon="trophy",
    choices=("state", "scheme"),
    due=AWARD_DUE,
    example={
        "award": "市长质量奖",
        "organiser": "市人民政府",
        "deadline_on": "2026-06-30",
        "deadline_source": "申报通知",
    },
    more="boards/consulting/_award.html",
    children=OF_AWARDS,
)
