"""What institutions are qualified for: kinds of credential, the credentials held, and their scope."""

import re
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Left, Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models.institutions import Institution
from experts.names import FoldWidth
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from portal.reference.bilingual import Bilingual


class CredentialType(Bilingual, models.Model):
    """A kind of approval, accreditation, licence or listing. ``NONE`` says that somebody decided none is needed."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160)
    number_pattern = models.CharField(_("pattern of the number"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("credential type")
        verbose_name_plural = _("credential types")

    def __str__(self) -> str:
        return self.name

    def fits(self, number: str) -> bool:
        """Whether a number looks as this kind does. Only the pattern counts: no digit is read as a year or place."""
        return not self.number_pattern or re.search(self.number_pattern, number) is not None


class DateSpan(models.Func):
    """From one day to another, open where there is none."""

    function = "DATERANGE"
    output_field = DateRangeField()


class CredentialQuerySet(models.QuerySet["Credential"]):
    def of(self, user: User) -> Self:
        """Those of the institutions the user acts for."""
        return self.filter(institution__in=Institution.objects.of(user))

    def in_force(self, day: date) -> Self:
        """Valid on that day, today or long ago: checked, begun, not over, not suspended then and not yet withdrawn.

        A state "suspended" that no :class:`CredentialSuspension` dates counts for every day: nobody knows better.
        """
        known = CredentialSuspension.objects.filter(credential=OuterRef("pk"))
        state = Credential.State
        return self.filter(
            Q(state=state.VALID)
            | Q(Exists(known), state=state.SUSPENDED)
            | Q(state=state.WITHDRAWN, withdrawn_on__gt=day),
            ~Exists(known.on(day)),
            Q(valid_to=None) | Q(valid_to__gte=day),
            valid_from__lte=day,
        )

    def covering(self, day: date, *, thing: str = "", parameter: str = "", method: str = "") -> Self:
        """With one scope row of that day that names all of what is asked; what a row leaves blank it does not limit."""
        rows = CredentialScope.objects.filter(credential=OuterRef("pk")).in_force(day)
        for column, asked in (("object", thing), ("parameter", parameter), ("method", method)):
            if asked:
                rows = rows.filter(Q(**{f"{column}__icontains": asked}) | Q(**{column: ""}))
        return self.filter(Exists(rows))

    def ending(self, first: date, last: date) -> Self:
        """Still relied on and running out between two days."""
        relied_on = [Credential.State.VALID, Credential.State.SUSPENDED]
        return self.filter(state__in=relied_on, valid_to__range=(first, last))

    def not_renewed(self) -> Self:
        """Without a later row of the same kind that holds longer, checked or not."""
        later = Credential.objects.filter(institution=OuterRef("institution"), type=OuterRef("type")).exclude(
            state=Credential.State.WITHDRAWN
        )
        return self.exclude(Exists(later.filter(Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to")))))


@tracked()
class Credential(models.Model):
    """One credential of one institution. A renewal is a new row, so that any past day can be answered for."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        CHECKED = "checked", _("Checked")
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", pgettext_lazy("credential", "Withdrawn")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="credentials", verbose_name=_("institution"), db_index=False
    )
    type = models.ForeignKey(CredentialType, models.PROTECT, verbose_name=_("type"))
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.CLAIMED)
    state_reason = models.CharField(_("reason for the state"), max_length=300, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews")
    )
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [
            models.Index(
                fields=["institution", "type", "state"],
                include=["id", "valid_from", "valid_to"],
                name="credential_lookup",
            ),
            models.Index(fields=["state", "valid_to"], name="credential_ending"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["institution", "type", "number", "valid_from"], name="credential_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="credential_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(state="withdrawn"), name="credential_withdrawn_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"


class SuspensionQuerySet(models.QuerySet["CredentialSuspension"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), begins_on__lte=day)


class CredentialSuspension(models.Model):
    """From when to when a credential did not count, and why; open while it still does not. The last day is included."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="suspensions", verbose_name=_("credential"))
    begins_on = models.DateField(_("suspended from"))
    ends_on = models.DateField(_("suspended until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    at = models.DateTimeField(_("recorded"))
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_reason = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension of a credential")
        verbose_name_plural = _("suspensions of credentials")
        constraints = [
            ExclusionConstraint(
                name="suspension_no_overlap",
                expressions=[
                    ("credential", RangeOperators.EQUAL),
                    (DateSpan("begins_on", "ends_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="suspension_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, lifted_by=None) | Q(ends_on__isnull=False, lifted_by__isnull=False),
                name="suspension_lifted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.begins_on}"


class ScopeQuerySet(models.QuerySet["CredentialScope"]):
    def in_force(self, day: date) -> Self:
        """Rows that belonged to the annex on that day."""
        return self.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day))


STANDARD = "^(GB|ISO|IEC|JJG|JJF|HJ|YY|QB|JC|NY|SN)(/T)? ?[0-9]{1,5}($|[^0-9.])"
"""A method that begins with the number of a standard beyond doubt, whatever the case of its letters."""


class CredentialScope(models.Model):
    """One line of a scope annex: what object or product, which parameter, by which method, in what range.

    Without dates it holds as long as its credential; an annex that was extended or cut says since when, or until when.
    ``method_key`` and ``method_plain`` are kept by the database, for matching: the method in capitals of one width, and
    whether it names a :data:`STANDARD`.
    """

    credential = models.ForeignKey(Credential, models.CASCADE, related_name="scope", verbose_name=_("credential"))
    object = models.CharField(_("object or product"), max_length=200)
    parameter = models.CharField(_("parameter"), max_length=200, blank=True)
    method = models.CharField(_("method or standard"), max_length=200, blank=True)
    range = models.CharField(_("range"), max_length=200, blank=True)
    since = models.DateField(_("in scope since"), null=True, blank=True)
    until = models.DateField(_("in scope until"), null=True, blank=True)
    method_key = models.GeneratedField(
        expression=Left(Upper(FoldWidth(F("method"))), 300),
        output_field=models.CharField(max_length=300),
        db_persist=True,
    )
    method_plain = models.GeneratedField(
        expression=ExpressionWrapper(Q(method__iregex=STANDARD), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scope row")
        verbose_name_plural = _("scope rows")
        indexes = [
            models.Index(
                fields=["credential"],
                include=["method_key", "method_plain", "parameter", "since", "until"],
                name="scope_of_credential",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="scope_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.object, self.parameter, self.method, self.range) if part)
