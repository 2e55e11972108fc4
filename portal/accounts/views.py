"""The doors: sign in by password or one-time code, register, claim, sign out, choose a language."""

from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from portal.accounts import actions, codes, landing, limits, sessions
from portal.accounts.forms import ClaimForm, CodeForm, ContactForm, SignInForm
from portal.accounts.languages import remember
from portal.accounts.models import PrivacyNotice
from portal.accounts.names import mask
from portal.idempotency.keys import once
from portal.refusals import Refusal, TooMany

SHOW_OR_SEND = ["GET", "HEAD", "POST"]
INVALID = 422
ASKED = "code_asked"
"""In the session between the page that sends a code and the page that takes it: contact, next, whether to register."""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@transaction.non_atomic_requests
@require_http_methods(SHOW_OR_SEND)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Not in one transaction with its request: a counted failure stays counted whatever happens after it."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(landing.wanted(request, request.GET.get("next")) or landing.work_of(request.user))
    form = SignInForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    status = 200
    if request.method == "POST":
        status = _try_password(request, form)
        if status == 200:
            request.session.pop(ASKED, None)
            target = landing.wanted(request, form.cleaned_data["next"]) or landing.work_of(request.user)
            return remember(redirect(target), request.user.language)
    context = {"form": form, "ended": request.session.get(sessions.ENDED)}
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("lobby:home")


@login_not_required
@never_cache
@require_http_methods(SHOW_OR_SEND)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a one-time code. Whether the contact is known here shows nowhere."""
    return _ask(request, "accounts/code.html", register=False)


@login_not_required
@never_cache
@require_http_methods(SHOW_OR_SEND)
def register(request: HttpRequest) -> HttpResponse:
    """The same for somebody new: the code goes out in any case."""
    return _ask(request, "accounts/register.html", register=True)


@login_not_required
@never_cache
@require_http_methods(SHOW_OR_SEND)
def code_entry(request: HttpRequest) -> HttpResponse:
    """Enter the code; the right one signs in."""
    asked = request.session.get(ASKED)
    if asked is None:
        return redirect("accounts:code")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = actions.enter_by_code(
            asked["contact"], form.cleaned_data["code"], register=asked["register"], now=timezone.now()
        )
        if user is not None:
            sessions.begin(request, user, now=timezone.now(), by_code=True)
            del request.session[ASKED]
            return _after_code(request, asked["next"])
        form.add_error("code", _("This code is not right, or no longer good. After five tries ask for a new one."))
    context = {"form": form, "contact": mask(asked["contact"]), "register": asked["register"]}
    return render(request, "accounts/code_entry.html", context, status=INVALID if form.errors else 200)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(SHOW_OR_SEND)
@once
def claim(request: HttpRequest) -> HttpResponse:
    """Set name and password on an account that a code has opened."""
    user = request.user
    if not user.may_use_codes or user.has_usable_password():
        return redirect("accounts:profile")
    form = ClaimForm(request.POST or None, user=user, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        actions.claim(user, name=form.cleaned_data["name"], password=password, now=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("The account is yours now. Next time you can sign in with your password."))
        return redirect(landing.wanted(request, request.POST.get("next")) or "accounts:home")
    notice = PrivacyNotice.objects.in_force(timezone.localdate())
    context = {"form": form, "notice": notice, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "accounts/claim.html", context, status=INVALID if form.errors else 200)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(landing.work_of(request.user))


@login_not_required
@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin site has no door of its own: there would be no limit on guesses."""
    if request.user.is_authenticated:
        raise PermissionDenied
    target = landing.wanted(request, request.GET.get("next")) or reverse("admin:index")
    return redirect(f"{reverse('accounts:sign_in')}?next={target}")


@require_safe
def admin_password(request: HttpRequest) -> HttpResponse:
    """Nor a page of its own for passwords: ours ends the other sessions and counts guesses."""
    return redirect("accounts:profile")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and for whoever is signed in also for mails."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(chosen):
        actions.choose_language(request.user, chosen)
    return set_language_cookie(request)


def _try_password(request: HttpRequest, form: SignInForm) -> int:
    """Sign in if form and password are right; the status of the answer."""
    if not form.is_valid():
        return INVALID
    try:
        user = authenticate(request, username=form.cleaned_data["username"], password=form.cleaned_data["password"])
    except TooMany as refusal:
        form.add_error(None, str(refusal.detail))
        return refusal.status
    if user is None:
        form.add_error(
            None, _("Name and password do not fit together. After five failures the door is locked for half an hour.")
        )
        return INVALID
    sessions.begin(request, user, now=timezone.now())
    return 200


def _ask(request: HttpRequest, template: str, *, register: bool) -> HttpResponse:
    form = ContactForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    status = 200
    if request.method == "POST":
        status = _send(request, form, register=register)
        if status == 200:
            contact, path = form.cleaned_data["contact"], landing.wanted(request, form.cleaned_data["next"])
            request.session[ASKED] = {"contact": contact, "next": path, "register": register}
            return redirect("accounts:code_entry")
    return render(request, template, {"form": form}, status=status)


def _send(request: HttpRequest, form: ContactForm, *, register: bool) -> int:
    if not form.is_valid():
        return INVALID
    network = limits.network(request)
    try:
        codes.send(form.cleaned_data["contact"], now=timezone.now(), network=network, members_only=not register)
    except Refusal as refusal:
        form.add_error("contact", str(refusal.detail))
        return refusal.status
    return 200


def _after_code(request: HttpRequest, path: str) -> HttpResponse:
    """An account without a password is offered one; who came for a certain page goes there first."""
    user = request.user
    if path or user.has_usable_password():
        return remember(redirect(path or landing.work_of(user)), user.language or get_language())
    return remember(redirect("accounts:claim"), user.language)
