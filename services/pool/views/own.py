"""What an institution of the pool sees of itself, and keeps right."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.models import Credential, Institution
from portal import words
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.directory.models import Absence, Capability
from services.pool.actions import keeping
from services.pool.forms.applying import CredentialForm
from services.pool.forms.own import ProfileForm
from services.pool.models import OfferRequest


@requires("delivery.work")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The profile as the public and matching see it; credentials with their dates; what runs out."""
    now = timezone.now()
    today = timezone.localdate(now)
    offers = Capability.objects.select_related("item__board").order_by("item__board__order", "item__order")
    waiting = Prefetch("requests", OfferRequest.objects.open())
    away = Absence.objects.not_over(today).order_by("begins_on")
    held = Credential.objects.select_related("type").order_by("type", "-valid_from")
    own = Institution.objects.of(request.user).select_related("region__parent__parent__parent")
    rows = list(
        own.prefetch_related(
            Prefetch("capabilities", offers.prefetch_related("regions", waiting), to_attr="offers"),
            Prefetch("absences", away, to_attr="away"),
            Prefetch("credentials", held, to_attr="held"),
            "equipment",
        ).order_by("pk")
    )
    in_force = set(Credential.objects.in_force(today).filter(institution__in=rows).values_list("pk", flat=True))
    context = {"institutions": rows, "in_force": in_force, "today": today, "stale_before": keeping.stale_before(now)}
    return render(request, "pool/mine.html", context)


@requires("delivery.work")
@require_POST
@once
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """“Still right”."""
    institution = get_object_or_404(Institution.objects.of(request.user), pk=pk)
    keeping.confirm(institution, now=timezone.now())
    messages.success(request, _("Thank you. Your profile counts as up to date."))
    return redirect("pool:mine")


@requires("delivery.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    institution = get_object_or_404(Institution.objects.of(request.user), pk=pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, institution=institution)
    if request.method == "POST" and form.is_valid():
        keeping.describe(institution, form.cleaned_data, now=timezone.now())
        messages.success(request, _("Changed, and confirmed as up to date."))
        return redirect("pool:mine")
    context = {"institution": institution, "form": form}
    return render(request, "pool/edit.html", context, status=422 if form.errors else 200)


@requires("delivery.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A further credential of the institution, or with ``?renews=`` the renewal of one: always a new row."""
    institution = get_object_or_404(Institution.objects.of(request.user), pk=pk)
    renewed = _renewed(request, institution)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CredentialForm(*sent, initial=_of_renewed(renewed))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        said = form.claim()
        keeping.claim(institution, said, upload=upload, by=request.user, now=timezone.now(), renews=renewed)
        messages.success(request, _("Added. It counts as soon as a curator has checked it."))
        return redirect("pool:mine")
    context = {"institution": institution, "renewed": renewed, "form": form}
    return render(request, "pool/claim.html", context, status=422 if form.errors else 200)


def _renewed(request: HttpRequest, institution: Institution) -> Credential | None:
    renews = words.whole(request.GET.get("renews"))
    return institution.credentials.select_related("type").filter(pk=renews).first() if renews else None


def _of_renewed(renewed: Credential | None) -> dict[str, Any]:
    if renewed is None:
        return {}
    kept = renewed.scope.in_force(timezone.localdate()).order_by("pk")
    scope = [[row.object, row.parameter, row.method, row.range] for row in kept]
    return {"type": renewed.type, "number": renewed.number, "issuer": renewed.issuer, "scope": scope}
