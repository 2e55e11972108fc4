"""No line of the code base breaks a rule, and every rule finds what it is made to find."""

from functools import cache

import pytest

from tests.manners.rules import RULES
from tests.manners.tree import Module, modules

CODE = modules()

BROKEN = {
    "publishing_past_the_outbox": ("services/x/actions.py", "mail.delay(1)"),
    "timers": ("portal/outbox/nudge.py", "task.apply_async(countdown=90)"),
    "unescaped_text": ("services/x/views.py", "from django.utils.safestring import mark_safe\nx = mark_safe(text)"),
    "whole_models_in_forms": ("services/x/forms.py", 'class F:\n    class Meta:\n        fields = "__all__"'),
    "raw_sql_through_the_orm": ("services/x/models.py", "Case.objects.extra(where=[x])"),
    "sql_put_together_from_text": ("services/x/models.py", 'cursor.execute(f"SELECT {x}")'),
    "row_by_row": ("services/x/models.py", "cursor.executemany(sql, rows)"),
    "silenced_history": ("services/x/actions.py", "with pgtrigger.ignore():\n    row.delete()"),
    "clocks_without_a_zone": ("services/x/actions.py", "now = datetime.now()"),
    "days_in_london": ("services/x/actions.py", "today = now.date()"),
    "secrets_from_uuids": ("services/x/actions.py", "row.token = str(uuid.uuid4())"),
    "swallowed_errors": ("services/x/actions.py", "try:\n    go()\nexcept Exception:\n    pass"),
    "unscoped_rows": ("services/x/views/case.py", "row = Case.objects.get(pk=1)"),
    "requests_to_elsewhere": ("services/x/actions.py", "from urllib.request import urlopen"),
    "settings_that_outlive_the_request": ("services/x/actions.py", "cursor.execute('SET role x')"),
    "words_translated_too_early": (
        "services/x/faults.py",
        "from django.utils.translation import gettext as _\nTITLE = _('Open')",
    ),
    "imports_inside": ("services/x/actions.py", "def go() -> None:\n    import json"),
    "signals": ("services/x/apps.py", "from django.db.models.signals import post_save"),
    "unhinted_functions": ("services/x/actions.py", "def go(what):\n    return what"),
    "promises_to_do_it_later": ("services/x/actions.py", "x = 1  # TO" + "DO: think"),
}
KEPT = {
    "words_translated_too_early": (
        "services/x/faults.py",
        "from django.utils.translation import gettext as _\ndef title() -> str:\n    return _('Open')",
    ),
    "settings_that_outlive_the_request": ("services/x/actions.py", "cursor.execute('SET LOCAL lock_timeout = 1')"),
    "unscoped_rows": (
        "services/x/views/case.py",
        "rows = Case.objects.visible_to(user).filter(Exists(Need.objects.filter(case=OuterRef('pk'))))",
    ),
    "clocks_without_a_zone": ("services/x/actions.py", "now = datetime.now(UTC)"),
    "swallowed_errors": (
        "services/x/actions.py",
        "try:\n    go()\nexcept Exception:\n    logger.exception('x')\n    raise",
    ),
    "days_in_london": ("services/x/actions.py", "today = timezone.localdate(now)"),
    "secrets_from_uuids": ("services/x/actions.py", "row.token = secrets.token_urlsafe(32)"),
}


EXCUSED = {
    ("portal/celery.py", "send_task(HEARTBEAT)"): "a sign of life, not work that is owed",
    ("enterprises/forms.py", "Enterprise.objects.filter(uscc=code)"): "a code is taken whoever has it",
    ("enterprises/views.py", "Membership.objects.filter(user=request.user)"): "one's own, by its own column",
    ("enterprises/views.py", "Membership.objects.filter(enterprise__in=active)"): "of enterprises one speaks for",
    (
        "enterprises/views.py",
        "Membership.objects.awaiting_approval().unowned()",
    ): "the desk's: nobody owns them",
    (
        "services/triage/filters.py",
        "Need.objects.seeking()",
    ): "narrows cases the reader may see; said twice, all are read",
    ("services/triage/filters.py", "CaseEvent.objects.filter(need__state"): "the same",
    ("services/lobby/institutions/views.py", "Referral.objects.filter(institution=row"): "a number, not rows",
}
"""Lines that break a rule, each with the reason why it may; a part of the line stands for it."""


@cache
def broken(rule: str) -> dict[str, str]:
    return {
        f"{module.name}:{number}": module.source.splitlines()[number - 1].strip()
        for module in CODE
        for number in RULES[rule](module)
    }


def excuse(place: str, line: str) -> tuple[str, str] | None:
    return next((one for one in EXCUSED if place.startswith(f"{one[0]}:") and one[1] in line), None)


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps_the_rule(rule: str) -> None:
    assert {place: line for place, line in broken(rule).items() if not excuse(place, line)} == {}


def test_every_excuse_is_still_needed() -> None:
    used = {excuse(place, line) for rule in RULES for place, line in broken(rule).items()}
    assert set(EXCUSED) - used == set()


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_finds_what_breaks_it(rule: str) -> None:
    name, source = BROKEN[rule]
    assert list(RULES[rule](Module(name, source))) != []


@pytest.mark.parametrize("rule", KEPT)
def test_the_rule_lets_the_right_way_be(rule: str) -> None:
    name, source = KEPT[rule]
    assert list(RULES[rule](Module(name, source))) == []
