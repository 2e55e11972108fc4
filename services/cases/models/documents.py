"""The papers of a case: what was attached and what was delivered."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Credential, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.files.models import Attachment
from portal.kept import kept
from services.cases.models.cases import Case
from services.cases.models.events import Audience
from services.cases.models.referrals import Referral
from services.cases.states import REFERRAL_TAKEN


class CaseDocumentQuerySet(models.QuerySet["CaseDocument"]):
    def visible_to(self, user: User) -> Self:
        """Who may read a paper follows from the case and its audience; an institution reads it only once it has
        accepted.
        """
        if user.role == Role.PROVIDER:
            mine = Institution.objects.of(user).values("pk")
            accepted = Referral.objects.filter(
                case=models.OuterRef("case"), institution__in=mine, state__in=REFERRAL_TAKEN
            )
            return self.filter(
                models.Q(referral__institution__in=mine)
                | models.Q(models.Exists(accepted), referral=None, audience=Audience.SHARED)
            )
        papers = self.filter(case__in=Case.objects.visible_to(user))
        if user.role in READERS:
            return papers
        return papers.filter(audience__in=[Audience.ENTERPRISE, Audience.SHARED])


@kept
def documents_of(*, case: int, user: User) -> models.QuerySet["CaseDocument"]:
    return CaseDocument.objects.visible_to(user).filter(case=case).select_related("attachment")


class CaseDocument(models.Model):
    """One attachment in its case, with its audience."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="documents")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="document")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.SHARED)
    added_at = models.DateTimeField()

    objects = CaseDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.visible_to(user))

    def issued(self) -> Self:
        return self.filter(state=Result.State.ISSUED)


class Result(models.Model):
    """One deliverable of a referral, with the credential that was valid on its day."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("Certificate")
        TEST_REPORT = "test_report", _("Test or inspection report")
        CALIBRATION_CERTIFICATE = "calibration_certificate", _("Calibration certificate")
        PLAN = "plan", _("Plan")
        ADVICE = "advice", _("Advice")
        FILING = "filing", _("Filing")
        TRAINING = "training", _("Training")
        BOOKING = "booking", _("Booking")

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="results")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    number = models.CharField(_("number"), max_length=100, blank=True)
    summary = models.TextField(_("in words"), blank=True)
    issued_on = models.DateField(_("issued on"))
    document = models.OneToOneField(CaseDocument, models.PROTECT, null=True, related_name="result")
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ISSUED)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__isnull=False) | ~models.Q(summary=""), name="result_says_something"
            )
        ]

    def __str__(self) -> str:
        return self.number or self.get_kind_display()
