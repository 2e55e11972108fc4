"""Regions (GB/T 2260) and industries (GB/T 4754-2017): the two codes that every other room points at."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.reference.bilingual import Bilingual, in_language

Coded = TypeVar("Coded", bound=models.Model)
MUNICIPALITIES = ("11", "12", "31", "50")


class CodedQuerySet(models.QuerySet[Coded]):
    """What regions and industries have in common: codes, two names and pinyin to find them by."""

    def search(self, text: str) -> Self:
        """By code, by the beginning of the pinyin or of its initials, or by a part of either name."""
        typed = words.fold(words.clean(text)).lower()
        if not typed:
            return self
        plain = typed.replace(" ", "").replace("'", "").replace("ü", "v")
        return self.filter(
            Q(code__startswith=typed.upper())
            | Q(pinyin__startswith=plain)
            | Q(pinyin__contains=f" {plain}")
            | Q(name_zh__contains=typed)
            | Q(name_en__icontains=typed)
        )


class RegionQuerySet(CodedQuerySet["Region"]):
    def within(self, region: "Region | str") -> Self:
        """The region itself and everything in it, by its code alone."""
        return self.filter(code__startswith=code_prefix(region if isinstance(region, str) else region.code))

    def ancestors(self, region: "Region | str") -> Self:
        """The regions around it, province first; not itself."""
        code = region if isinstance(region, str) else region.code
        return self.filter(code__in=code_ancestors(code)).order_by("level")

    def in_force(self, day: date) -> Self:
        """Codes change over the years; a new record takes one that holds on its day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def choosable(self) -> Self:
        """Without the shells that only carry codes: 市辖区 of a municipality, 省直辖县级行政区划."""
        shells = Q(level=Region.Level.PREFECTURE, code__regex=r"^..90..$")
        for province in MUNICIPALITIES:
            shells |= Q(level=Region.Level.PREFECTURE, code__startswith=province)
        return self.exclude(shells)

    def with_parents(self) -> Self:
        """Everything that :attr:`Region.path` reads, in one query."""
        return self.select_related("parent__parent__parent")


class Region(Bilingual, models.Model):
    """One row of GB/T 2260, or a town with nine digits. Zhongshan and Dongguan have no counties; that is no gap."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("province")
        PREFECTURE = 2, _("prefecture")
        COUNTY = 3, _("county or district")
        TOWN = 4, _("town")

    code = models.CharField(_("code"), max_length=9, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    pinyin = models.CharField(_("pinyin"), max_length=120, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3, 4]), name="region_level_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^(\d{6}|\d{9})$"), name="region_code_digits"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="region_parent_unless_province",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=models.F("valid_to")),
                name="region_validity_in_order",
            ),
        ]

    @property
    def is_shell(self) -> bool:
        """Only carries codes and means no place: 500100 市辖区, 469000 省直辖县级行政区划."""
        return self.level == self.Level.PREFECTURE and (self.code[:2] in MUNICIPALITIES or self.code[2:4] == "90")

    @property
    def path(self) -> str:
        """“重庆市永川区”, "Yongchuan, Chongqing"; no query after :meth:`RegionQuerySet.with_parents`."""
        places: list[Region] = []
        place: Region | None = self
        while place is not None:
            if not place.is_shell or place is self:
                places.append(place)
            place = place.parent
        return in_language("".join(p.name_zh for p in reversed(places)), ", ".join(p.name_en for p in places))

    def covers(self, code: str) -> bool:
        """Whether the region with that code is this one or lies in it."""
        return code.startswith(code_prefix(self.code))


class IndustryQuerySet(CodedQuerySet["Industry"]):
    def within(self, industry: "Industry | str") -> Self:
        """The industry itself and what is under it; a section holds its divisions and their groups."""
        code = industry if isinstance(industry, str) else industry.code
        return self.filter(section=code) if code.isalpha() else self.filter(code__startswith=code)

    def ancestors(self, industry: "Industry") -> Self:
        codes = [industry.section, industry.code[:2]]
        return self.filter(code__in=codes, level__lt=industry.level).order_by("level")

    def search(self, text: str) -> Self:
        """As for regions; C33 is division 33 of section C."""
        typed = words.fold(words.clean(text))
        if len(typed) > 1 and typed[0].isascii() and typed[0].isalpha() and typed[1:].isdecimal():
            return self.filter(section=typed[0].upper(), code__startswith=typed[1:])
        return super().search(text)


class Industry(Bilingual, models.Model):
    """A section, division or group of GB/T 4754-2017 (with amendment 1 of 2019)."""

    class Level(models.IntegerChoices):
        SECTION = 1, _("section")
        DIVISION = 2, _("division")
        GROUP = 3, _("group")

    SPLIT = "split"
    """In `size_rule`: the parts below have different rules, so a finer code is needed to tell the size class."""

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    section = models.CharField(_("section"), max_length=1)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    pinyin = models.CharField(_("pinyin"), max_length=160, editable=False)
    size_rule = models.CharField(
        _("size rule"),
        max_length=40,
        blank=True,
        help_text=_("Key of the rule for size classes; empty where no class is defined."),
    )
    source_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = IndustryQuerySet.as_manager()

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="industry_level_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^([A-T]|\d{2,4})$"), name="industry_code_form"),
        ]

    @property
    def full_code(self) -> str:
        """As the standard prints it: C33."""
        return self.code if self.level == self.Level.SECTION else f"{self.section}{self.code}"


def code_prefix(code: str) -> str:
    """What the codes of everything in a region begin with: 510000 → 51, 510100 → 5101, 510185 → 510185."""
    if code.endswith("0000"):
        return code[:-4]
    return code[:-2] if code.endswith("00") and len(code) == 6 else code


def code_ancestors(code: str) -> list[str]:
    """Codes of the regions around one, province first."""
    around = [f"{code[:2]}0000", f"{code[:4]}00", code[:6]]
    return [outer for outer in dict.fromkeys(around) if outer != code]
