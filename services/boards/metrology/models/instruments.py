"""The ledger of measuring instruments."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.history import tracked
from services.boards.models import Entry


class AfterMonths(Func):
    """A day so many months after another; the last day of a shorter month where that day has none."""

    template = "(%(expressions)s)::date"
    arg_joiner = " + "
    output_field = models.DateField()

    def __init__(self, day: str, months: str) -> None:
        interval = Func(Value(0), F(months), function="make_interval", output_field=models.DurationField())
        super().__init__(F(day), interval)

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        day, interval = self.get_source_expressions()
        months = interval.get_source_expressions()[1]
        return f"{self.__module__}.{type(self).__name__}", [day.name, months.name], {}


@tracked(exclude=("due_on",))
class Instrument(Entry):
    """One measuring instrument. ``due_on`` follows from the last day and the interval unless a day is set by hand."""

    class Confirmation(models.TextChoices):
        """Verification decides pass or fail under a regulation; calibration gives values and their uncertainty."""

        VERIFICATION = "verification", pgettext_lazy("instrument", "Verification")
        CALIBRATION = "calibration", _("Calibration")

    class Use(models.TextChoices):
        """The keys are those of the question in the catalogue."""

        INTERNAL = "internal_process", _("Internal process control")
        TRADE = "trade_settlement", _("Trade settlement")
        SAFETY = "safety_protection", _("Safety protection")
        MEDICAL = "medical_care", _("Medical care")
        ENVIRONMENT = "environmental_monitoring", _("Environmental monitoring")

    name = models.CharField(_("name of the instrument"), max_length=80)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial or asset number"), max_length=80)
    measuring_range = models.CharField(_("measuring range"), max_length=120, blank=True)
    accuracy = models.CharField(_("accuracy class or maximum permissible error"), max_length=120, blank=True)
    location = models.CharField(_("where it is used"), max_length=120, blank=True)
    use = models.CharField(_("what it is used for"), max_length=30, choices=Use, default=Use.INTERNAL)
    compulsory = models.BooleanField(
        _("compulsory verification"),
        default=False,
        help_text=_("It stands in the catalogue of compulsory verification."),
    )
    confirmation = models.CharField(
        _("kept by"), max_length=20, choices=Confirmation, default=Confirmation.VERIFICATION
    )
    certificate = models.CharField(_("last certificate"), max_length=100, blank=True)
    last_on = models.DateField(_("day of the last certificate"), null=True, blank=True)
    interval_months = models.PositiveSmallIntegerField(
        _("interval in months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    due_set_on = models.DateField(
        _("due on, if set by hand"),
        null=True,
        blank=True,
        help_text=_("Left empty, it is the day of the last certificate and the interval."),
    )
    due_on = models.GeneratedField(
        expression=Coalesce(F("due_set_on"), AfterMonths("last_on", "interval_months")),
        output_field=models.DateField(pgettext_lazy("instrument", "due"), null=True),
        db_persist=True,
        verbose_name=pgettext_lazy("instrument", "due"),
    )

    class Meta:
        verbose_name = _("measuring instrument")
        verbose_name_plural = _("measuring instruments")
        indexes = [models.Index(fields=["enterprise", "due_on"], name="instrument_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "serial", "name"], condition=Q(retired_at=None), name="instrument_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmation__in=["verification", "calibration"]), name="instrument_confirmation_known"
            ),
            models.CheckConstraint(
                condition=Q(interval_months=None) | Q(interval_months__range=(1, 120)), name="instrument_interval"
            ),
            models.CheckConstraint(
                condition=Q(due_set_on=None) | Q(last_on=None) | Q(due_set_on__gt=F("last_on")),
                name="instrument_due_after_last",
            ),
            models.CheckConstraint(
                condition=Q(compulsory=False) | Q(confirmation="verification"), name="instrument_compulsory_is_verified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}"

    def clean(self) -> None:
        errors = {}
        if self.due_set_on and self.last_on and self.due_set_on <= self.last_on:
            errors["due_set_on"] = _("This is not after the last certificate. Leave it empty to have it reckoned.")
        if self.compulsory and self.confirmation == self.Confirmation.CALIBRATION:
            errors["confirmation"] = _("A calibration does not replace compulsory verification.")
        if errors:
            raise ValidationError(errors)
