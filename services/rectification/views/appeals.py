"""The institution's word about its ratings, and the officer's decision about an appeal."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from experts.models import Institution, Rating
from portal import by_due, counting, paging
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.files import actions as files
from portal.idempotency.keys import once
from services.cases.models import Referral
from services.followup.models import SurveyAnswer
from services.followup.states import Kind
from services.rectification import appeals, people, promises
from services.rectification.forms import AppealForm, RatingReplyForm, RulingForm
from services.rectification.models import Appeal, Rectification


@require_safe
@requires("delivery.work")
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """One rating as the institution sees it: the grade, its own reply and its appeal. The enterprise's words are not
    passed on here.
    """
    return _rating_page(request, _rated(request, pk))


def _rating_page(
    request: HttpRequest,
    row: Rating,
    *,
    reply_form: forms.Form | None = None,
    appeal_form: forms.Form | None = None,
) -> HttpResponse:
    joined = ("need__item", "need__board", "case__station", "institution")
    referral = Referral.objects.visible_to(request.user).select_related(*joined).get(pk=row.referral_ref)
    until, appeal = promises.appeal_until(referral, row.rated_at), getattr(row, "appeal", None)
    context = {
        "rating": row,
        "referral": referral,
        "appeal": appeal,
        "reply": getattr(row, "reply", None),
        "until": until,
        "may_appeal": appeal is None and timezone.now() < until,
        "reply_form": reply_form or RatingReplyForm(auto_id="reply_%s"),
        "appeal_form": appeal_form or AppealForm(auto_id="appeal_%s"),
        "rectification": Rectification.objects.visible_to(request.user).filter(rating=row).first(),
    }
    status = 422 if reply_form or appeal_form else 200
    return render(request, "rectification/rating.html", context, status=status)


@require_POST
@requires("delivery.work")
@once
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply to a rating."""
    row, form = _rated(request, pk), RatingReplyForm(request.POST, auto_id="reply_%s")
    if not form.is_valid():
        return _rating_page(request, row, reply_form=form)
    appeals.reply_to(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Your reply stands beside the rating."))
    return redirect("rectification:rating", pk=pk)


@require_POST
@requires("delivery.work")
@once
def lodge(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal against a rating."""
    row, form = _rated(request, pk), AppealForm(request.POST, request.FILES, auto_id="appeal_%s")
    if not form.is_valid():
        return _rating_page(request, row, appeal_form=form)
    stored = [files.store(upload, by=request.user) for upload in form.cleaned_data["attachments"]]
    reason = form.cleaned_data["reason"]
    appeals.lodge(row, by=request.user, now=timezone.now(), reason=reason, attachments=stored)
    messages.success(request, _("Your appeal is lodged. Until it is decided the rating does not count."))
    return redirect("rectification:rating", pk=pk)


@require_safe
@requires("rectification.decide", "cases.read")
def rows(request: HttpRequest) -> HttpResponse:
    """The appeals of one's stations, by what is due next."""
    mine = Appeal.objects.visible_to(request.user)
    tab = "over" if request.GET.get("tab") == "over" else "open"
    waiting = counting.capped(mine.open())
    views = [
        {"name": _("To be decided"), "url": "?tab=open", "active": tab == "open", "count": waiting},
        {"name": _("Decided"), "url": "?tab=over", "active": tab == "over"},
    ]
    found = mine.whole()
    page: by_due.Page[Appeal] | paging.Page[Appeal]
    if tab == "over":
        page = paging.newest_first(found.exclude(decided_at=None), request)
    else:
        page = by_due.page(found.open(), after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(
        request, "rectification/appeals.html", {"tab": tab, "views": views, "page": page, "now": timezone.now()}
    )


@require_safe
@requires("rectification.decide", "cases.read", "delivery.work")
def row(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, row: Appeal, form: forms.Form | None = None) -> HttpResponse:
    user = request.user
    officer = user.has_perm("rectification.decide") and not row.is_over
    involved = officer and user.pk in people.involved(row.referral)
    context = {
        "appeal": row,
        "referral": row.referral,
        "case": row.referral.case,
        "staff": user.works_here,
        "form": form or RulingForm(initial={"version": row.version}),
        "decides": officer and not involved,
        "involved": involved,
        "papers": row.papers.visible_to(user).select_related("attachment"),
        "reply": getattr(row.rating, "reply", None),
        "said": _said(row, user) if user.works_here else "",
        "rectification": Rectification.objects.visible_to(user).filter(rating=row.rating_id).first(),
    }
    return render(request, "rectification/appeal.html", context, status=422 if form else 200)


def _said(row: Appeal, user: User) -> str:
    """What the enterprise wrote with its rating; the rating itself has only what the institution may read."""
    answers = SurveyAnswer.objects.visible_to(user).filter(follow_up__referral=row.referral_id)
    return answers.filter(follow_up__kind=Kind.SATISFACTION).values_list("comment", flat=True).first() or ""


@require_POST
@requires("rectification.decide")
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold or dismiss, with the reason that both sides read."""
    row, form = _visible(request, pk), RulingForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    appeals.decide(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Decided. Both sides have been told."))
    return redirect("rectification:appeal", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Appeal:
    return get_object_or_404(Appeal.objects.visible_to(request.user).whole(), pk=pk)


def _rated(request: HttpRequest, pk: int) -> Rating:
    mine = Rating.objects.filter(institution__in=Institution.objects.of(request.user))
    return get_object_or_404(mine.select_related("institution", "appeal__decided_by", "reply"), pk=pk)
