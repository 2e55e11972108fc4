"""Orders of tests with their samples, who has them, what is tested of them by which method, and what came of it."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.history import tracked
from services.boards.models import Entry, EntryQuerySet
from services.cases.models import Case, Referral, Result


class OrderQuerySet(EntryQuerySet):
    def visible_to(self, user: User) -> Self:
        """The people of an institution see the orders of the referrals it has accepted."""
        if user.role == Role.PROVIDER:
            taken = Referral.objects.visible_to(user).taken().filter(need__board__slug="testing")
            return self.filter(
                Q(cases__kind=OrderedCase.Kind.TEST, cases__case__in=taken.values("case"), retired_at=None)
            ).distinct()
        return super().visible_to(user)


@tracked()
class Order(Entry):
    """One order of tests of one product, under the enterprise's own reference."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("a test", "Normal")
        FAST = "fast", _("Accelerated")
        EXPRESS = "express", _("Express")

    reference = models.CharField(_("order number"), max_length=60)
    product = models.CharField(_("product tested"), max_length=200)
    purpose = models.CharField(_("what the report is for"), max_length=200, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=200, blank=True)
    urgency = models.CharField(_("urgency class"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    subcontract = models.BooleanField(
        _("subcontracting allowed"),
        default=False,
        help_text=_("Whether the laboratory may let another do a part."),
    )
    wanted_on = models.DateField(_("wanted by"), null=True, blank=True)

    objects: ClassVar[Any] = OrderQuerySet.as_manager()  # type: ignore[assignment, unused-ignore]

    class Meta:
        verbose_name = _("order of tests")
        verbose_name_plural = _("orders of tests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise", "reference"], condition=Q(retired_at=None), name="testorder_once"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=["normal", "fast", "express"]), name="testorder_urgency_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("testing:order", args=[self.pk])


class OfOrder(models.QuerySet["Sample"]):
    """Rows beneath an order."""

    def visible_to(self, user: User) -> Self:
        return self.filter(order__in=Order.objects.visible_to(user))

    def retained(self) -> Self:
        return self.filter(retained_until__isnull=False, order__retired_at=None)


@tracked()
class Sample(models.Model):
    """What is tested: known by its label in its order."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="samples", verbose_name=_("order of tests"), db_index=False
    )
    label = models.CharField(_("sample number"), max_length=40)
    identity = models.CharField(_("name, model and specification"), max_length=200)
    quantity = models.CharField(_("quantity"), max_length=60)
    batch = models.CharField(_("batch or date of production"), max_length=80, blank=True)
    storage = models.CharField(_("storage"), max_length=120, blank=True)
    retained_until = models.DateField(_("retained until"), null=True, blank=True)

    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "label"], name="sample_once")]

    def __str__(self) -> str:
        return f"{self.label} · {self.identity}"


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sample__in=Sample.objects.visible_to(user))


class HandOver(models.Model):
    """One step of the custody of a sample. Rows are only ever added; the last one says who has it."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="hand_overs", verbose_name=_("sample"))
    given_by = models.CharField(_("handed over by"), max_length=100)
    taken_by = models.CharField(_("taken by"), max_length=100)
    place = models.CharField(_("place"), max_length=120, blank=True)
    condition = models.CharField(_("condition of the sample"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    noted_at = models.DateTimeField()

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a sample")
        verbose_name_plural = _("hand-overs of samples")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(at__lte=F("noted_at")), name="handover_not_ahead"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.given_by} → {self.taken_by}"


class Judgement(models.TextChoices):
    OPEN = "", _("not tested yet")
    PASS = "pass", _("Pass")
    FAIL = "fail", _("Fail")
    NOT_JUDGED = "not_judged", _("Not judged")


@tracked()
class Item(models.Model):
    """One parameter of a sample by one method, judged by a basis; and its result once there is one."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="items", verbose_name=_("order of tests"))
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items", verbose_name=_("sample"), db_index=False)
    parameter = models.CharField(_("test item"), max_length=120)
    method = models.CharField(_("method"), max_length=120)
    basis = models.CharField(_("judgement basis"), max_length=200, blank=True)
    value = models.CharField(_("measured"), max_length=120, blank=True, db_default="")
    judgement = models.CharField(_("judgement"), max_length=10, choices=Judgement, blank=True, db_default="")
    subcontracted_to = models.CharField(_("subcontracted to"), max_length=200, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1)

    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("test item")
        verbose_name_plural = _("test items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "parameter", "method"], name="testitem_once"),
            models.CheckConstraint(condition=Q(judgement__in=Judgement.values), name="testitem_judgement_known"),
            models.CheckConstraint(
                condition=~Q(judgement__in=["pass", "fail"]) | ~Q(basis=""), name="testitem_judged_by_a_basis"
            ),
        ]

    def __str__(self) -> str:
        return self.parameter

    @property
    def failed(self) -> bool:
        return self.judgement == Judgement.FAIL


class Report(models.Model):
    """A delivered report in the registry: number, day, and the hash of its file."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="reports", verbose_name=_("order of tests"))
    result = models.OneToOneField(Result, models.PROTECT, related_name="+", verbose_name=_("result"))
    number = models.CharField(_("report number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"))
    issuer = models.CharField(_("issued by"), max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("test report")
        verbose_name_plural = _("test reports")

    def __str__(self) -> str:
        return self.number or str(self.issued_on)


class OrderedCase(models.Model):
    """A case made from an order: the test itself, a re-test elsewhere, or help after a failure."""

    class Kind(models.TextChoices):
        TEST = "test", pgettext_lazy("a case", "Test")
        RETEST = "retest", _("Re-test at another laboratory")
        RECTIFY = "rectify", _("Help after a failure")

    order = models.ForeignKey(Order, models.PROTECT, related_name="cases", verbose_name=_("order of tests"))
    case = models.OneToOneField(Case, models.PROTECT, related_name="test_order", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="cases", verbose_name=_("test item"))

    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("case of an order of tests")
        verbose_name_plural = _("cases of orders of tests")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["test", "retest", "rectify"]), name="orderedcase_kind_known"),
            models.CheckConstraint(condition=Q(kind="test") | Q(item__isnull=False), name="orderedcase_about_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
