"""Applications to the pool: what somebody says about themselves, until a curator has decided."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models import CredentialType, Equipment, Expert, Institution
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from portal.reference.models import Region
from services.catalogue.models import ServiceItem
from services.clocks.models import WorkCalendar
from services.directory.models import Capability
from services.pool.states import DECIDED, EDITABLE, OPEN, ApplicationState


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """One's own; for curators and auditors also everybody's, once it was sent."""
        own = Q(applicant=user)
        if user.has_perm("pool.read"):
            own |= ~Q(state=ApplicationState.DRAFT) | Q(entered=True)
        return self.filter(own)

    def editable_by(self, user: User) -> Self:
        """What the user may still change: their own, and for curators what one of them entered."""
        own = Q(applicant=user)
        if user.has_perm("pool.curate"):
            own |= Q(entered=True)
        return self.filter(own, state__in=sorted(EDITABLE))

    def open(self) -> Self:
        return self.filter(state__in=sorted(OPEN))

    def waiting(self) -> Self:
        """For a curator."""
        return self.filter(state=ApplicationState.SUBMITTED)


@tracked(exclude=("contact_name", "phone", "email", "details"))
class Application(models.Model):
    """One application of one kind. What only experts or instruments have is in ``details``, by the names of the form.

    ``entered`` says that a curator wrote it down for somebody: then nobody gets an account from it.
    """

    class Kind(models.TextChoices):
        INSTITUTION = "institution", _("Institution")
        DEPARTMENT = "department", _("Government department")
        CO_OPERATING = "co_operating", _("Co-operating enterprise")
        EXPERT = "expert", _("Expert")
        EQUIPMENT = "equipment", _("Shared instrument")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT)
    applicant = models.ForeignKey(User, models.PROTECT, related_name="applications", verbose_name=_("applicant"))
    entered = models.BooleanField(_("entered by a curator"), default=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    weekly_capacity = models.PositiveIntegerField(_("referrals it can take a week"), null=True, blank=True)
    calendar = models.ForeignKey(
        WorkCalendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working calendar")
    )
    owner = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    details = models.JSONField(_("details"), default=dict, blank=True)
    submitted_at = models.DateTimeField(_("sent"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="applications")
    expert = models.OneToOneField(Expert, models.PROTECT, null=True, related_name="application")
    equipment = models.OneToOneField(Equipment, models.PROTECT, null=True, related_name="application")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("pool", "application")
        verbose_name_plural = pgettext_lazy("pool", "applications")
        indexes = [
            models.Index(fields=["state", "due_at"], name="application_queue"),
            models.Index(fields=["uscc"], condition=~Q(uscc=""), name="application_uscc"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(DECIDED), decided_by__isnull=False, decided_at__isnull=False)
                | Q(~Q(state__in=sorted(DECIDED)), decided_by=None, decided_at=None),
                name="application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.ACCEPTED)
                & (
                    Q(institution__isnull=False, expert=None, equipment=None)
                    | Q(institution=None, expert__isnull=False, equipment=None)
                    | Q(institution=None, expert=None, equipment__isnull=False)
                )
                | ~Q(state=ApplicationState.ACCEPTED) & Q(institution=None, expert=None, equipment=None),
                name="application_accepted_makes_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ApplicationState.DRAFT, ApplicationState.WITHDRAWN])
                | Q(submitted_at__isnull=False),
                name="application_sent_has_time",
            ),
            models.UniqueConstraint(
                fields=["applicant", "kind"],
                condition=Q(state__in=sorted(OPEN), entered=False) & ~Q(kind="equipment"),
                name="application_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def is_provider(self) -> bool:
        """Whether an institution comes of it."""
        return self.kind not in {self.Kind.EXPERT, self.Kind.EQUIPMENT}

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class OfferedItem(models.Model):
    """One service the applicant wants to offer, and what the curator says to it. No regions means everywhere."""

    class Decision(models.TextChoices):
        OPEN = "", _("Not decided yet")
        APPROVED = "approved", _("Approve")
        REFUSED = "refused", _("Not approved")

    application = models.ForeignKey(Application, models.CASCADE, related_name="items", db_index=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+", verbose_name=_("service item"))
    fee = models.CharField(_("fee"), max_length=12, choices=Capability.Fee, default=Capability.Fee.PAID)
    price = models.CharField(_("price in words"), max_length=200, blank=True)
    promised_working_days = models.PositiveSmallIntegerField(_("promised working days"), null=True, blank=True)
    scope_note = models.CharField(_("scope in words"), max_length=300, blank=True)
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("regions served"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("service offered in an application")
        verbose_name_plural = _("services offered in applications")
        constraints = [models.UniqueConstraint(fields=["application", "item"], name="offered_item_once")]

    def __str__(self) -> str:
        return str(self.item)


class HeldCredential(models.Model):
    """One credential the applicant says it holds; ``scope`` is a list of rows of four texts."""

    class Decision(models.TextChoices):
        OPEN = "", _("Not decided yet")
        VALID = "valid", _("Document and public register agree")
        CHECKED = "checked", _("Document read, register still to be looked at")
        REFUSED = "refused", _("Not taken over")

    application = models.ForeignKey(Application, models.CASCADE, related_name="credentials", db_index=False)
    type = models.ForeignKey(CredentialType, models.PROTECT, related_name="+", verbose_name=_("type"))
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    scope = models.JSONField(_("scope rows"), default=list, blank=True)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("credential in an application")
        verbose_name_plural = _("credentials in applications")
        constraints = [
            models.UniqueConstraint(fields=["application", "type", "number", "valid_from"], name="held_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="held_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"


class ApplicationPaper(models.Model):
    """A licence or another paper of the application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="papers")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("paper of an application")
        verbose_name_plural = _("papers of applications")


class ApplicationEvent(models.Model):
    """One line of what has happened; both sides read it."""

    class Verb(models.TextChoices):
        OPENED = "opened", _("The application was begun")
        SUBMITTED = "submitted", _("The application was sent")
        ASKED = "asked", _("The centre asked for something")
        ANSWERED = "answered", _("The applicant answered")
        ACCEPTED = "accepted", _("The application was accepted")
        DECLINED = "declined", _("The application was declined")
        WITHDRAWN = "withdrawn", _("The application was withdrawn")

    application = models.ForeignKey(Application, models.PROTECT, related_name="events", db_index=False)
    verb = models.CharField(max_length=12, choices=Verb)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("line of an application")
        verbose_name_plural = _("lines of applications")
        indexes = [models.Index(fields=["application", "id"], name="line_of_application")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"
