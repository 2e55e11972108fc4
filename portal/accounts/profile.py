"""My account: who I am, my password, my contacts, where I am signed in, keys for programs. One page, small forms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import actions, backends, codes, limits, sessions
from portal.accounts.forms import (
    ChangePasswordForm,
    CodeForm,
    ContactForm,
    NewPasswordForm,
    ProfileForm,
    TokenForm,
)
from portal.accounts.languages import remember
from portal.accounts.models import ApiToken, Session, User
from portal.accounts.names import mask
from portal.idempotency.keys import once
from portal.reference.contacts import show_phone
from portal.refusals import Refusal, TooMany

INVALID = 422
NEW_CONTACT = "new_contact"
SESSIONS_SHOWN = 20


@never_cache
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@once
def describe(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, about=form)
    actions.describe(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return remember(redirect("accounts:profile"), form.cleaned_data["language"])


@sensitive_post_parameters("current", "password", "again")
@require_POST
@transaction.non_atomic_requests
def change_password(request: HttpRequest) -> HttpResponse:
    """A guess at the present password counts like one at the door."""
    form = _password_form(request, request.POST)
    if form.is_valid() and _present_password_is_right(request, form):
        actions.set_password(
            request.user, form.cleaned_data["password"], now=timezone.now(), keep=request.session.session_key or ""
        )
        update_session_auth_hash(request, request.user)
        messages.success(request, _("The password is changed. You were signed out everywhere else."))
        if keys := _keys(request.user).filter(role=request.user.role).count():
            told = ngettext(
                "%(count)d key for programs still works. Revoke it if somebody else may know it.",
                "%(count)d keys for programs still work. Revoke those that somebody else may know.",
                keys,
            )
            messages.warning(request, told % {"count": keys})
        return redirect("accounts:profile")
    return _page(request, password=form)


@require_POST
def ask_contact(request: HttpRequest) -> HttpResponse:
    """Send a code to a new phone or mail address."""
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            codes.send(form.cleaned_data["contact"], now=timezone.now(), network=limits.network(request))
        except Refusal as refusal:
            form.add_error("contact", str(refusal.detail))
        else:
            request.session[NEW_CONTACT] = form.cleaned_data["contact"]
            return redirect("accounts:prove_contact")
    return _page(request, contact=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove_contact(request: HttpRequest) -> HttpResponse:
    """Enter the code that came to the new phone or mail address."""
    contact = request.session.get(NEW_CONTACT)
    if contact is None:
        return redirect("accounts:profile")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes.check(contact, form.cleaned_data["code"], now=timezone.now()):
            del request.session[NEW_CONTACT]
            actions.change_contact(request.user, contact)
            messages.success(request, _("Saved. You can sign in with it from now on."))
            return redirect("accounts:profile")
        form.add_error("code", _("This code is not right, or no longer good. After five tries ask for a new one."))
    context = {"form": form, "contact": mask(contact), "proving": True}
    return render(request, "accounts/code_entry.html", context, status=INVALID if form.errors else 200)


@require_POST
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    session = next((row for row in Session.objects.visible_to(request.user) if row.handle == handle), None)
    if session is None:
        raise Http404
    actions.end_session(session)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:profile")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    actions.end_other_sessions(request.user, keep=request.session.session_key or "")
    messages.success(request, _("You were signed out everywhere else."))
    return redirect("accounts:profile")


@never_cache
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """The key is in this answer and nowhere else."""
    form = TokenForm(request.POST, auto_id="token_%s")
    if not form.is_valid():
        return _page(request, token=form)
    key = actions.issue_token(request.user, name=form.cleaned_data["name"])
    return _page(request, key=key)


@require_POST
@once
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    actions.revoke_token(token, now=timezone.now())
    messages.success(request, _("The key no longer works."))
    return redirect("accounts:profile")


def _page(request: HttpRequest, *, key: str = "", **forms: Any) -> HttpResponse:
    """The whole page; a form that was sent and not accepted stands in its place with what was typed."""
    user = request.user
    now = timezone.now()
    rows = Session.objects.visible_to(user).alive(now).order_by("-expire_date")[:SESSIONS_SHOWN]
    context = {
        "about": forms.get("about") or ProfileForm(initial={"name": user.name, "language": user.language}),
        "password": forms.get("password") or _password_form(request),
        "contact": forms.get("contact") or ContactForm(auto_id="contact_%s"),
        "token": forms.get("token") or TokenForm(auto_id="token_%s"),
        "key": key,
        "phone": show_phone(user.phone or ""),
        "sessions": sessions.places(rows, user, present=request.session.session_key, now=now),
        "tokens": _keys(user).order_by("-pk"),
        "new_password": not user.has_usable_password(),
    }
    return render(request, "accounts/profile.html", context, status=INVALID if forms else 200)


def _keys(user: User) -> QuerySet[ApiToken]:
    """Those that nobody has revoked."""
    return ApiToken.objects.visible_to(user).filter(revoked_at=None)


def _password_form(request: HttpRequest, data: Any = None) -> NewPasswordForm:
    proved = sessions.proved_by_code(request.session, now=timezone.now())
    kind = NewPasswordForm if proved or not request.user.has_usable_password() else ChangePasswordForm
    return kind(data, user=request.user, auto_id="password_%s")


def _present_password_is_right(request: HttpRequest, form: NewPasswordForm) -> bool:
    if "current" not in form.fields:
        return True
    user = request.user
    try:
        key = backends.count(user, user.username, network=limits.network(request), now=timezone.now())
    except TooMany as refusal:
        form.add_error("current", str(refusal.detail))
        return False
    if not user.check_password(form.cleaned_data["current"]):
        form.add_error("current", ValidationError(_("This is not your present password."), code="password_wrong"))
        return False
    limits.clear(backends.ACCOUNT, key)
    return True
