"""Registering an enterprise, letting colleagues in, keeping its description up to date."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises import actions
from enterprises.forms import ProfileForm
from enterprises.models import Enterprise, Membership
from portal.accounts.access import requires
from portal.idempotency.keys import once


@requires("enterprises.manage_own")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def register(request: HttpRequest) -> HttpResponse:
    """Register an enterprise; one that is known already is not made twice but asked to let the person in."""
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        membership = actions.register(request.user, form.profile(), now=timezone.now())
        if membership.state == Membership.State.ACTIVE:
            words = _("%(name)s is registered. Size class, computed from what you declared: %(size)s.")
            firm = membership.enterprise
            messages.success(request, words % {"name": firm.name, "size": firm.get_size_class_display()})
        else:
            messages.info(
                request, _("This enterprise is known already. Its owner, or the centre, has been asked to let you in.")
            )
        return redirect("enterprises:mine")
    status = 422 if form.is_bound else 200
    return render(request, "enterprises/register.html", {"form": form}, status=status)


@requires("enterprises.manage_own")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The enterprises somebody speaks for, with the people of each and those who wait to be let in."""
    own = list(
        Membership.objects.filter(user=request.user)
        .select_related("enterprise__region", "enterprise__industry")
        .order_by("id")
    )
    active = [one.enterprise_id for one in own if one.state == Membership.State.ACTIVE]
    people = list(Membership.objects.filter(enterprise__in=active).in_question().select_related("user").order_by("id"))
    for one in own:
        one.people = [person for person in people if person.enterprise_id == one.enterprise_id]  # type: ignore[attr-defined]
    return render(request, "enterprises/mine.html", {"memberships": own})


@requires("enterprises.manage_own")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the description of one's enterprise."""
    enterprise = get_object_or_404(Enterprise.objects.of(request.user), pk=pk)
    form = ProfileForm(request.POST or None, enterprise=enterprise)
    if request.method == "POST" and form.is_valid():
        actions.describe(enterprise, form.profile())
        messages.success(request, _("Saved."))
        return redirect("enterprises:mine")
    context = {"form": form, "enterprise": enterprise}
    return render(request, "enterprises/edit.html", context, status=422 if form.is_bound else 200)


@requires("triage.work")
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """People who ask to speak for an enterprise that nobody owns yet; the desk looks before it lets them in."""
    rows = Membership.objects.awaiting_approval().unowned()
    rows = rows.select_related("user", "enterprise").order_by("id")[:100]
    return render(request, "enterprises/claims.html", {"memberships": rows})


@requires("triage.lead")
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who speaks for an enterprise; a lead ends what was wrongly claimed."""
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    speaking = Membership.objects.visible_to(request.user).in_question().filter(enterprise=enterprise)
    rows = speaking.select_related("user").order_by("id")
    return render(request, "enterprises/people.html", {"enterprise": enterprise, "memberships": rows[:100]})


@requires("enterprises.manage_own", "triage.lead")
@require_POST
@once
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave, or see to it that somebody no longer speaks for the enterprise."""
    membership = _speaking(request, pk)
    actions.end(membership, by=request.user, now=timezone.now())
    if membership.user_id == request.user.pk:
        messages.success(request, _("You no longer speak for %(name)s.") % {"name": membership.enterprise.name})
    else:
        messages.success(request, _("%(name)s no longer speaks for it and has been told.") % {"name": membership.user})
    return _back(request, membership)


@requires("enterprises.manage_own", "triage.lead")
@require_POST
@once
def entrust(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a member an owner too."""
    membership = _speaking(request, pk)
    actions.entrust(membership, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s is an owner now.") % {"name": membership.user})
    return _back(request, membership)


def _speaking(request: HttpRequest, pk: int) -> Membership:
    """Of somebody whose account is switched off, too."""
    own = Membership.objects.visible_to(request.user).filter(state=Membership.State.ACTIVE)
    rows = own.select_related("user", "enterprise")
    found: Membership = get_object_or_404(rows, pk=pk)
    return found


def _back(request: HttpRequest, membership: Membership) -> HttpResponse:
    return (
        redirect("enterprises:people", membership.enterprise_id)
        if request.user.works_here
        else redirect("enterprises:mine")
    )


@requires("enterprises.manage_own", "triage.work")
@require_POST
@once
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Let somebody in, or not."""
    rows = Membership.objects.visible_to(request.user).awaiting_approval().select_related("user", "enterprise")
    membership = get_object_or_404(rows, pk=pk)
    actions.decide(membership, accept=decision == "accept", by=request.user, now=timezone.now())
    messages.success(request, _("Decided; they have been told."))
    return redirect("enterprises:claims" if request.user.is_desk else "enterprises:mine")
