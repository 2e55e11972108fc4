"""Recording for a caller at the counter or on the phone, in under a minute."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enterprises.models import Enterprise
from portal import words
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.idempotency.keys import once
from services.cases.models import Case
from services.catalogue.models import ServiceItem
from services.intake import actions, duplicates, register
from services.intake.forms import AssistedForm

BROUGHT = ("text", "item", "channel")
MOST_RECENT = 3


@requires("intake.record")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def assisted(request: HttpRequest) -> HttpResponse:
    """Write down what a caller needs."""
    brought = {name: request.GET[name][:500] for name in BROUGHT if request.GET.get(name)}
    form = AssistedForm(request.POST or None, user=request.user, initial=brought)
    if request.method != "POST" or not form.is_valid():
        return _assisted(request, form, status=422 if form.is_bound else 200)
    now, said, data = timezone.now(), form.said(), form.cleaned_data
    caller = User.objects.by_contact(data["contact"])
    similar = duplicates.near(said.text, submitter=caller, enterprise=data["enterprise"], now=now)
    if similar and not data["seen_duplicates"]:
        own = Case.objects.visible_to(request.user).filter(pk__in=[case.pk for case in similar])
        return _assisted(request, form, [case for case in similar if case in own], len(similar), status=409)
    case = actions.record(
        said,
        by=request.user,
        contact=form.contact_given(),
        channel=data["channel"],
        station=data["station"],
        enterprise=data["enterprise"],
        profile=form.profile(),
        sharing=data["sharing"] or None,
        now=now,
    )
    messages.success(request, _("Recorded as %(number)s. Read it back to the caller.") % {"number": case.number})
    return redirect(case)


def _assisted(
    request: HttpRequest, form: AssistedForm, similar: Sequence[Case] = (), found: int = 0, *, status: int
) -> HttpResponse:
    """:param similar: those of the ``found`` that are the reader's to see."""
    ordered, chosen = form["item"].value(), form["enterprise"].value()
    context = {
        "form": form,
        "similar": similar,
        "elsewhere": found - len(similar),
        "chosen": _picked(request.user, chosen),
        "item": ServiceItem.objects.offered().filter(pk=ordered).first() if ordered else None,
        "waiting": register.claims_waiting(),
    }
    return render(request, "intake/assisted.html", context, status=status)


def _picked(user: User, chosen: object) -> Enterprise | None:
    rows = Enterprise.objects.visible_to(user)
    pk = words.whole(chosen)
    return rows.filter(pk=pk).first() if pk else None


@requires("intake.record")
@require_POST
def lookup(request: HttpRequest) -> HttpResponse:
    """Enterprises by credit code, name, pinyin or phone, with their open cases: what a specialist needs while
    greeting. A POST, because numbers of people do not belong into addresses.
    """
    asked = request.POST.get("enterprise_name", "").strip()[:100]
    found = list(register.find(asked, by=request.user)[:8])
    open_cases = Case.objects.visible_to(request.user).open().filter(enterprise__in=found).order_by("-id")[:20]
    for one in found:
        recent = [case for case in open_cases if case.enterprise_id == one.pk]
        one.recent = recent[:MOST_RECENT]  # type: ignore[attr-defined]
    return render(request, "intake/_lookup.html", {"found": found, "asked": asked})


@requires("intake.record")
@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """The part of the form about who asks, filled with what is known of the enterprise that was picked; what was
    typed already stays.
    """
    chosen = request.POST.get("pick", "")
    firm = None
    if chosen:
        firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=words.whole(chosen))
        audit.record(request.user, "looked_up", firm)
    typed = {name: request.POST.get(name, "") for name in ("contact_name", "contact")}
    initial = register.filled(firm, typed, by=request.user) if firm else {**typed, "enterprise_name": ""}
    form = AssistedForm(initial=initial, user=request.user)
    if firm:  # the keyboard goes on behind the enterprise
        form.fields["contact_name"].widget.attrs["autofocus"] = True
    return render(request, "intake/_who.html", {"form": form, "chosen": firm})
