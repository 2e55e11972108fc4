"""What the centre offers: boards and their service items, as rows that curators edit."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.audit.history import tracked
from portal.reference.bilingual import Bilingual


class Board(Bilingual, models.Model):
    """One of the boards of the centre. The N of "NQI+N" is open: a seventh is one more row."""

    class ServiceClass(models.TextChoices):
        NQI = "nqi", _("Quality infrastructure")
        CUSTOMISED = "customised", _("Customised")

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    slug = models.SlugField(_("slug"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=80)
    service_class = models.CharField(_("counted as"), max_length=20, choices=ServiceClass)
    order = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")

    def __str__(self) -> str:
        return self.name


class ServiceItemQuerySet(models.QuerySet["ServiceItem"]):
    def offered(self) -> Self:
        return self.filter(active=True)

    def in_order(self) -> Self:
        return self.order_by("board__order", "order")


class CredentialMode(models.TextChoices):
    ALL = "all", _("All of them")
    ANY = "any", _("One of them")
    PREFERRED = "preferred", _("Preferred")


class ConflictRole(models.TextChoices):
    """The side of the conflict-of-interest rules an item puts the institution on."""

    NONE = "none", _("None")
    CERTIFY = "certify", _("Certifies or assesses")
    CONSULT = "consult", _("Consults")
    TEST = "test", _("Tests first")
    RETEST = "retest", _("Tests again")
    APPRAISE = "appraise", _("Appraises")


LARGE = (
    *("intake_questions", "keywords", "search", "summary_zh", "summary_en"),
    *("qualification_zh", "qualification_en", "turnaround_zh", "turnaround_en"),
)


def large(path: str) -> tuple[str, ...]:
    """The large columns of an item joined along a path, which naming or promising it does not need; to be deferred."""
    return tuple(f"{path}__{name}" for name in LARGE)


@tracked(exclude=("search", "source_hash"))
class ServiceItem(Bilingual, models.Model):
    """One thing an enterprise can order. Credentials are codes of ``experts.CredentialType``; promised days are
    working days.
    """

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    board = models.ForeignKey(Board, models.PROTECT, related_name="items", verbose_name=_("board"), db_index=False)
    order = models.PositiveSmallIntegerField(_("position"))
    active = models.BooleanField(_("offered"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160)
    summary_zh = models.TextField(_("summary (Chinese)"))
    summary_en = models.TextField(_("summary (English)"))
    required_credentials = ArrayField(models.CharField(max_length=40), verbose_name=_("required credentials"))
    credential_mode = models.CharField(_("of these"), max_length=10, choices=CredentialMode)
    credential_rules = models.JSONField(_("credential rules by answer"), default=list, blank=True)
    designated_only = models.BooleanField(_("designated bodies only"), default=False)
    conflict_role = models.CharField(_("conflict role"), max_length=10, choices=ConflictRole, default=ConflictRole.NONE)
    qualification_zh = models.TextField(_("qualification (Chinese)"), blank=True)
    qualification_en = models.TextField(_("qualification (English)"), blank=True)
    promised_working_days = models.PositiveSmallIntegerField(_("promised working days"))
    promise_covers = models.CharField(_("the promise covers"), max_length=20)
    turnaround_zh = models.TextField(_("usual duration (Chinese)"), blank=True)
    turnaround_en = models.TextField(_("usual duration (English)"), blank=True)
    turnaround_basis = models.CharField(_("basis of the duration"), max_length=20, blank=True)
    deadline_question = models.CharField(_("deadline question"), max_length=60, null=True, blank=True)
    delivery = ArrayField(models.CharField(max_length=30), verbose_name=_("delivers"))
    result_zh = models.CharField(_("result (Chinese)"), max_length=200, blank=True)
    result_en = models.CharField(_("result (English)"), max_length=200, blank=True)
    intake_questions = models.JSONField(_("questions"), default=list, blank=True)
    keywords = models.JSONField(_("keywords"), default=dict, blank=True)
    basis = ArrayField(models.CharField(max_length=20), verbose_name=_("basis"), default=list, blank=True)
    search = SearchVectorField(null=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ServiceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        indexes = [GinIndex(fields=["search"], name="serviceitem_search")]
        constraints = [models.UniqueConstraint(fields=["board", "order"], name="serviceitem_position")]

    def __str__(self) -> str:
        return self.name

    def in_language(self, field: str) -> str:
        """The text of ``field`` ("summary", "result" …) in the active language, else in the other one."""
        first, second = ("zh", "en") if (get_language() or "zh").startswith("zh") else ("en", "zh")
        return getattr(self, f"{field}_{first}") or getattr(self, f"{field}_{second}")
