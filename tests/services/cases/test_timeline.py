"""Who did something, in the words of whoever reads the timeline."""

import pytest
from django.utils import translation

from portal.accounts.roles import Role
from services.cases import actions as cases
from services.cases import timeline
from services.cases.actors import Actor
from services.cases.models import Audience
from services.delivery.actions import AUTO_CONFIRM, NOT_OBJECTED
from tests.factories import NOW, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("by", "language", "desk", "enterprise"),
    [
        (AUTO_CONFIRM, "en", "Automatic: no objection within the window", "The system"),
        (AUTO_CONFIRM, "zh-hans", "自动：异议期内未提出异议", "系统"),
        (Actor.by_rule("delivery.confirm_silent/2"), "en", "Automatic: no objection within the window", "The system"),
        (Actor.by_rule("test.wordless/1"), "en", "test.wordless/1", "The system"),
    ],
    ids=["in English", "in Chinese", "another version", "a rule without words"],
)
def test_a_rule_is_called_by_its_words(by: Actor, language: str, desk: str, enterprise: str) -> None:
    case = make_case()
    assert case.submitter is not None
    cases.note(case, "说明", by=by, now=NOW, audience=Audience.SHARED)
    readers = {make_user(Role.SPECIALIST): desk, case.submitter: enterprise}
    with translation.override(language):
        assert {user: timeline.of_case(case, user)[0].who for user in readers} == readers


def test_what_the_portal_says_of_a_step_is_read_in_each_language() -> None:
    case = make_case()
    assert case.submitter is not None
    cases.note(case, NOT_OBJECTED, by=AUTO_CONFIRM, now=NOW, audience=Audience.SHARED)
    for language, words in (("en", NOT_OBJECTED), ("zh-hans", "期限内无异议，系统自动确认。")):
        with translation.override(language):
            assert timeline.of_case(case, case.submitter)[0].note == words
