"""Sending a need: by anybody with a phone number or mail address."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enterprises.models import Enterprise
from portal.accounts import actions as accounts
from portal.accounts import codes, limits, sessions
from portal.accounts.access import requires
from portal.accounts.forms import CODE_DIGITS, CodeForm
from portal.accounts.models import User
from portal.accounts.names import mask
from portal.idempotency.keys import once
from portal.refusals import Refusal
from services.cases.models import Case
from services.catalogue.models import ServiceItem
from services.intake import actions, drafts, duplicates
from services.intake.forms import NeedForm
from services.intake.models import Draft

BROUGHT = ("text", "item")
LONGEST_BROUGHT = 500
PROVING = "intake_contact"
"""In the session between the form and the code: the contact to be proved."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """The short form. Signed in, it makes the case; otherwise a code is sent first to the contact that was given."""
    if request.user.is_authenticated and not request.user.has_perm("intake.submit"):
        return _elsewhere(request)
    draft = drafts.of(request)
    if request.method != "POST":
        return _form(request, NeedForm(initial=_begin(request, draft), user=request.user), draft)
    drafts.drop_files(draft, request.POST.getlist("drop"))
    form = NeedForm(request.POST, request.FILES, user=request.user, kept=len(drafts.attachments(draft)))
    if form.is_valid() and request.user.is_authenticated:
        return _submit(request, form, draft, request.user)
    draft, key = _keep(request, form)
    if form.is_valid() and _ask_for_code(request, form, form.cleaned_data["contact"]):
        return drafts.set_cookie(redirect("intake:verify"), key)
    return drafts.set_cookie(_form(request, form, draft, status=422), key)


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """The desk records for others; what was ordered comes along."""
    if not request.user.has_perm("intake.record"):
        return redirect("accounts:home")
    return redirect(f"{reverse('intake:assisted')}?{request.GET.urlencode()}")


def _begin(request: HttpRequest, draft: Draft | None) -> dict[str, Any]:
    """What the form begins with: what was typed before, then what the address brings along."""
    brought = {name: request.GET[name][:LONGEST_BROUGHT] for name in BROUGHT if request.GET.get(name)}
    return {**(draft.data if draft else {}), **brought}


def _keep(request: HttpRequest, form: NeedForm) -> tuple[Draft, str]:
    """Nothing that was typed or attached is lost because the form has to come again."""
    draft, key = drafts.keep(request, request.POST.dict())
    drafts.keep_files(draft, form.cleaned_data.get("attachments", []))
    return draft, key


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


def _ask_for_code(request: HttpRequest, form: NeedForm | CodeForm, contact: str) -> bool:
    """Send a code; where it is refused, say so at the field instead."""
    try:
        codes.send(contact, now=timezone.now(), network=limits.network(request))
    except Refusal as refusal:
        form.add_error("contact" if "contact" in form.fields else "code", str(refusal.detail))
        return False
    request.session[PROVING] = contact
    return True


def _submit(request: HttpRequest, form: NeedForm, draft: Draft | None, person: User) -> HttpResponse:
    now, said = timezone.now(), form.said()
    enterprise = form.cleaned_data.get("enterprise")
    similar = duplicates.near(said.text, submitter=person, enterprise=enterprise, now=now)
    if similar and not form.cleaned_data["seen_duplicates"]:
        kept, _key = _keep(request, form) if request.POST.get("text") else (draft, "")
        return _form(request, form, kept, similar=similar, status=409)
    stored = actions.keep(form.cleaned_data.get("attachments", []), by=person)
    case = actions.submit(
        said,
        by=person,
        contact=form.contact_given(),
        enterprise=enterprise,
        attachments=[*drafts.attachments(draft), *stored],
        sharing=form.cleaned_data["sharing"],
        now=now,
    )
    drafts.end(draft)
    return redirect("intake:sent", number=case.number)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def verify(request: HttpRequest) -> HttpResponse:
    """The code that was sent; the right one sends the need and opens its page."""
    contact, draft = request.session.get(PROVING, ""), drafts.of(request)
    if not contact or draft is None:
        return redirect("intake:new")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if "again" in request.POST:
        return _again(request, contact)
    if request.method == "POST" and form.is_valid():
        if codes.check(contact, form.cleaned_data["code"], now=timezone.now()):
            return _verified(request, contact, draft)
        form.add_error("code", _("This is not the code we sent, or it is too old. Check it, or ask for a new one."))
    context = {"contact": mask(contact), "form": form}
    return render(request, "intake/verify.html", context, status=422 if form.errors else 200)


def _again(request: HttpRequest, contact: str) -> HttpResponse:
    """Send another code, or say why not now."""
    asked = CodeForm({"code": "0" * CODE_DIGITS})  # nothing was typed: it only takes the refusal
    if _ask_for_code(request, asked, contact):
        messages.info(request, _("A new code is on its way."))
    else:
        messages.error(request, " ".join(str(error) for error in asked.errors["code"]))
    return redirect("intake:verify")


def _verified(request: HttpRequest, contact: str, draft: Draft) -> HttpResponse:
    """Sign the person in by what they proved and send what they had typed; staff sign in by password instead."""
    person = accounts.person_for(contact, name=draft.data.get("contact_name", ""), language=request.LANGUAGE_CODE)
    if not person.may_use_codes:
        messages.error(request, _("This contact belongs to an account with a password. Please sign in."))
        return redirect(f"{reverse('accounts:sign_in')}?next={reverse('intake:new')}")
    del request.session[PROVING]
    sessions.begin(request, person, now=timezone.now(), by_code=True)
    firm = Enterprise.objects.of(person).order_by("pk").first()
    typed = {**draft.data, "contact": contact, "consent": "on", **({"enterprise": str(firm.pk)} if firm else {})}
    form = NeedForm(typed, user=person)
    if not form.is_valid():
        return _form(request, form, draft, status=422)
    return _submit(request, form, draft, person)


@login_not_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed."""
    limits.hit("draft", limits.network(request), limit=drafts.PER_HOUR, window=drafts.HOUR, now=timezone.now())
    _kept, key = drafts.keep(request, request.POST.dict())
    return drafts.set_cookie(HttpResponse(status=204), key)


@requires("intake.submit")
@never_cache
@require_GET
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("station"), number=number)
    return render(request, "intake/sent.html", {"case": case})
