"""Enterprise standards made public, and applications to be a forerunner."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.history import tracked
from services.boards.models import Entry


@tracked()
class Declaration(Entry):
    """An enterprise standard that the enterprise has declared and made public itself."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("declaration", "In preparation")
        PUBLIC = "public", _("Made public")
        REVISED = "revised", _("Under revision")
        REVOKED = "revoked", _("Revoked")

    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(pgettext_lazy("standard", "title"), max_length=200)
    products = models.CharField(_("products"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    declared_on = models.DateField(_("made public on"), null=True, blank=True)
    review_on = models.DateField(
        _("next review"), null=True, blank=True, help_text=_("Commonly after three years; check it.")
    )

    class Meta:
        verbose_name = _("self-declared enterprise standard")
        verbose_name_plural = _("self-declared enterprise standards")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "number"], condition=Q(retired_at=None), name="declaration_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "public", "revised", "revoked"]), name="declaration_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="public") | Q(declared_on__isnull=False), name="declaration_public_has_day"
            ),
            models.CheckConstraint(
                condition=Q(review_on=None) | Q(declared_on=None) | Q(review_on__gt=F("declared_on")),
                name="declaration_review_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def clean(self) -> None:
        errors = {}
        if self.state == self.State.PUBLIC and not self.declared_on:
            errors["declared_on"] = _("Since when is it public?")
        if self.review_on and self.declared_on and self.review_on <= self.declared_on:
            errors["review_on"] = _("The review comes after the day it was made public.")
        if errors:
            raise ValidationError(errors)


@tracked()
class Forerunner(Entry):
    """An application to have an enterprise standard named a forerunner."""

    class State(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("forerunner", "In preparation")
        APPLIED = "applied", pgettext_lazy("forerunner", "Applied")
        LISTED = "listed", _("On the list of forerunners")
        NOT_LISTED = "not_listed", _("Not on the list")

    number = models.CharField(_("number of the standard"), max_length=60)
    product = models.CharField(_("product or service"), max_length=200)
    year = models.PositiveSmallIntegerField(
        _("year of the list"), validators=[MinValueValidator(2016), MaxValueValidator(2100)]
    )
    body = models.CharField(_("evaluation body"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREPARING)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    listed_until = models.DateField(_("listed until"), null=True, blank=True)

    class Meta:
        verbose_name = _("forerunner application")
        verbose_name_plural = _("forerunner applications")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "number", "year"], condition=Q(retired_at=None), name="forerunner_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["preparing", "applied", "listed", "not_listed"]), name="forerunner_state_known"
            ),
            models.CheckConstraint(condition=Q(year__range=(2016, 2100)), name="forerunner_year"),
            models.CheckConstraint(
                condition=Q(listed_until=None) | Q(applied_on=None) | Q(listed_until__gt=F("applied_on")),
                name="forerunner_listed_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.product} {self.year}"

    def clean(self) -> None:
        errors = {}
        if self.listed_until and self.applied_on and self.listed_until <= self.applied_on:
            errors["listed_until"] = _("The listing ends after the application.")
        if self.state not in {self.State.PREPARING} and not self.applied_on:
            errors["applied_on"] = _("On which day was it applied for?")
        if errors:
            raise ValidationError(errors)
