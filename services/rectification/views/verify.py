"""The enterprise says by link, without signing in, whether it is put right. Looking answers nothing."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import limits
from portal.idempotency.keys import once
from services.rectification import actions
from services.rectification.faults import LinkClosed, LinkUnknown
from services.rectification.forms import AnswerForm

TRIES, PER = 120, timedelta(hours=1)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """A link that no longer works says how to get on."""
    now = timezone.now()
    limits.hit("verify", limits.network(request), limit=TRIES, window=PER, now=now)
    try:
        asked = actions.by_token(token, now=now)
    except (LinkUnknown, LinkClosed) as refusal:
        return render(request, "followup/link.html", {"refusal": refusal}, status=refusal.status)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("verdict", "said")}
        by = request.user if request.user.is_authenticated else None
        actions.answer(asked.rectification, now=now, by=by, **said)
        return redirect("rectification:thanks")
    context = {"form": form, "round": asked, "row": asked.rectification}
    return render(request, "rectification/verify.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "rectification/thanks.html")
