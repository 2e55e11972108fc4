"""The needs of one case, their referrals and results, as pages and programs show them: each kind of row by one kept
question.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from portal.among import Among
from portal.columns import none_but
from portal.kept import brought, kept
from services.cases.models import Case, Need, Referral, Result
from services.catalogue.models import large

# Columns of what is joined that no page of a case says.
ITEM_ASIDE = [column for column in large("item") if column != "item__intake_questions"]
AFTER_ASIDE = [*none_but(Need, "after", "position", "item"), *none_but(Need, "after__item", "name_zh", "name_en")]
REFERRAL_ASIDE = [*none_but(Referral, "match_record"), *none_but(Referral, "institution", "name_zh", "name_en")]


def needs_of(case: Case) -> list[Need]:
    """In their order, each with its referrals, the newest first, and these with their results."""
    needs = referred(case)
    _bring_results([one for need in needs for one in need.referrals.all()], papers=True)
    return needs


def referred(case: Case) -> list[Need]:
    """The same without the results."""
    needs: list[Need] = _needs(case=case.pk)
    referrals: list[Referral] = _referrals(case=case.pk) if needs else []
    for need in needs:
        need.case = case
        brought(need, "referrals", [one for one in referrals if one.need_id == need.pk])
    return needs


def with_results(referrals: list[Referral]) -> list[Referral]:
    """Each with what was issued for it, its papers by their keys."""
    _bring_results(referrals, papers=False)
    return referrals


def _bring_results(referrals: Sequence[Referral], *, papers: bool) -> None:
    results: list[Result] = _issued(papers, referrals=[one.pk for one in referrals]) if referrals else []
    for referral in referrals:
        brought(referral, "results", [one for one in results if one.referral_id == referral.pk])


@kept
def needs_alone(*, case: int) -> QuerySet[Need]:
    return Need.objects.filter(case=case).order_by("position")


@kept
def _needs(*, case: int) -> QuerySet[Need]:
    rows = Need.objects.filter(case=case).select_related("item", "board", "after__item")
    return rows.defer(*ITEM_ASIDE, *AFTER_ASIDE).order_by("position")


@kept
def _referrals(*, case: int) -> QuerySet[Referral]:
    rows = Referral.objects.filter(case=case).select_related("institution", "match_record")
    return rows.defer(*REFERRAL_ASIDE).order_by("-id")


@kept
def _issued(papers: bool, *, referrals: list[int]) -> QuerySet[Result]:
    rows = Result.objects.issued().filter(Among("referral_id", referrals)).order_by("pk")
    return rows.select_related("document__attachment") if papers else rows
