"""Sending a need: by anybody with a phone or mail address, or by a specialist for a caller."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enterprises.identifiers import normalise_uscc
from enterprises.models import Enterprise
from portal.accounts import actions as accounts
from portal.accounts import codes, limits, sessions
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.idempotency.keys import once
from portal.reference.contacts import normalise_phone
from services.cases.models import Case
from services.catalogue.models import ServiceItem
from services.intake import actions, drafts, duplicates
from services.intake.forms import AssistedForm, NeedForm
from services.intake.models import Draft


@login_not_required
@once
def new(request: HttpRequest) -> HttpResponse:
    """The short form. Signed in, it makes the case; otherwise a code is sent first to the contact that was given."""
    if request.user.is_authenticated and not request.user.has_perm("intake.submit"):
        return redirect("intake:assisted" if request.user.has_perm("intake.record") else "accounts:home")
    draft = drafts.of(request)
    if request.method != "POST":
        return _form(request, NeedForm(initial=_begin(request, draft), user=request.user), draft)
    form = NeedForm(request.POST, request.FILES, user=request.user)
    valid = form.is_valid()
    draft, key = drafts.keep(request, request.POST.dict())
    if "files" not in form.errors:
        drafts.keep_files(draft, form.cleaned_data.get("files", []))
    if not valid:
        return drafts.set_cookie(_form(request, form, draft, status=422), key)
    if not request.user.is_authenticated:
        _ask_for_code(request, form.cleaned_data["contact"])
        return drafts.set_cookie(redirect("intake:verify"), key)
    return _submit(request, form, draft, request.user)


def _begin(request: HttpRequest, draft: Draft | None) -> dict[str, Any]:
    """What the form begins with: what was typed before, then what the address brings along."""
    brought = {name: request.GET[name][:500] for name in ("text", "item") if request.GET.get(name)}
    return {**(draft.data if draft else {}), **brought}


def _form(
    request: HttpRequest, form: NeedForm, draft: Draft | None, *, similar: list[Case] | None = None, status: int = 200
) -> HttpResponse:
    ordered = form["item"].value()
    context = {
        "form": form,
        "similar": similar,
        "kept": drafts.attachments(draft),
        "item": ServiceItem.objects.offered().filter(pk=ordered).first() if ordered else None,
    }
    return render(request, "intake/new.html", context, status=status)


def _ask_for_code(request: HttpRequest, contact: str) -> None:
    codes.send(contact, now=timezone.now(), network=limits.network(request))
    request.session["intake_contact"] = contact


def _submit(request: HttpRequest, form: NeedForm, draft: Draft | None, person: User) -> HttpResponse:
    now, said = timezone.now(), form.said()
    enterprise = form.cleaned_data.get("enterprise")
    similar = duplicates.near(said.text, submitter=person, enterprise=enterprise, now=now)
    if similar and not form.cleaned_data["seen_duplicates"]:
        return _form(request, form, draft, similar=similar, status=409)
    case = actions.submit(
        said,
        by=person,
        contact=form.contact_given(),
        enterprise=enterprise,
        attachments=drafts.attachments(draft),
        now=now,
    )
    drafts.end(draft)
    return redirect("intake:sent", number=case.number)


@login_not_required
@once
def verify(request: HttpRequest) -> HttpResponse:
    """The code that was sent; the right one sends the need and opens its page."""
    contact, draft = request.session.get("intake_contact", ""), drafts.of(request)
    if not contact or draft is None:
        return redirect("intake:new")
    if request.method == "POST" and "again" in request.POST:
        _ask_for_code(request, contact)
        messages.info(request, _("A new code is on its way."))
        return redirect("intake:verify")
    if request.method != "POST":
        return render(request, "intake/verify.html", {"contact": contact})
    if not codes.check(contact, request.POST.get("code", "").strip()[:12], now=timezone.now()):
        context = {
            "contact": contact,
            "error": _("This is not the code we sent, or it is too old. Check it, or ask for a new one."),
        }
        return render(request, "intake/verify.html", context, status=422)
    return _verified(request, contact, draft)


def _verified(request: HttpRequest, contact: str, draft: Draft) -> HttpResponse:
    """Sign the person in by what they proved and send what they had typed; staff sign in with their password instead.
    """
    person = accounts.person_for(contact, name=draft.data.get("contact_name", ""))
    if person.role != Role.ENTERPRISE:
        messages.error(request, _("This contact belongs to a staff account. Please sign in."))
        return redirect("accounts:sign_in")
    sessions.begin(request, person, now=timezone.now(), by_code=True)
    form = NeedForm({**draft.data, "contact": contact, "consent": "on"}, user=person)
    if not form.is_valid():
        return _form(request, form, draft, status=422)
    return _submit(request, form, draft, person)


@login_not_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed."""
    limits.hit("draft", limits.network(request), limit=2000, window=timezone.timedelta(hours=1), now=timezone.now())
    _kept, key = drafts.keep(request, request.POST.dict())
    return drafts.set_cookie(HttpResponse(status=204), key)


@requires("intake.submit")
@require_GET
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("station"), number=number)
    return render(request, "intake/sent.html", {"case": case})


@requires("intake.record")
@once
def assisted(request: HttpRequest) -> HttpResponse:
    """Write down what a caller needs, in under a minute."""
    form = AssistedForm(request.POST or None, user=request.user, initial={"channel": request.GET.get("channel", "")})
    if request.method != "POST" or not form.is_valid():
        return _assisted(request, form, [], status=422 if form.is_bound else 200)
    now, said, data = timezone.now(), form.said(), form.cleaned_data
    caller = User.objects.filter(Q(phone=data["contact"]) | Q(email__iexact=data["contact"])).first()
    similar = duplicates.near(said.text, submitter=caller, enterprise=data["enterprise"], now=now)
    if similar and not data["seen_duplicates"]:
        return _assisted(request, form, similar, status=409)
    case = actions.record(
        said,
        by=request.user,
        contact=form.contact_given(),
        channel=data["channel"],
        station=data["station"],
        enterprise=data["enterprise"],
        profile=form.profile(),
        now=now,
    )
    messages.success(request, _("Recorded as %(number)s. Read it back to the caller.") % {"number": case.number})
    return redirect(case)


def _assisted(request: HttpRequest, form: AssistedForm, similar: list[Case], *, status: int) -> HttpResponse:
    chosen = form["enterprise"].value()
    known = (
        Enterprise.objects.visible_to(request.user).filter(pk=chosen).first() if str(chosen or "").isdigit() else None
    )
    context = {"form": form, "similar": similar, "chosen": known}
    return render(request, "intake/assisted.html", context, status=status)


@requires("intake.record")
@require_GET
def lookup(request: HttpRequest) -> HttpResponse:
    """Enterprises by credit code, name, pinyin or phone, with their open cases: what a specialist needs while
    greeting.
    """
    asked = request.GET.get("enterprise_name", "").strip()[:100]
    rows = (
        Enterprise.objects.visible_to(request.user).filter(_meant(asked)).order_by("name_key")[:8]
        if len(asked) > 1
        else []
    )
    found = list(rows)
    open_cases = Case.objects.visible_to(request.user).open().filter(enterprise__in=found).order_by("-id")[:20]
    for one in found:
        one.recent = [case for case in open_cases if case.enterprise_id == one.pk]  # type: ignore[attr-defined]
    return render(
        request, "intake/_lookup.html", {"found": found, "asked": asked, "register": reverse("enterprises:claims")}
    )


def _meant(asked: str) -> Q:
    digits = "".join(character for character in asked if character.isdigit())
    meant = Q(name__icontains=asked) | Q(name_key__startswith=asked.lower()) | Q(uscc=normalise_uscc(asked))
    if len(digits) >= 7 and digits == asked.replace(" ", "").replace("-", "").lstrip("+"):
        meant |= Q(phone=_phone(asked))
    return meant


def _phone(typed: str) -> str:
    try:
        return normalise_phone(typed)
    except ValueError:
        return typed
