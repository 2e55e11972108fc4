"""No reply of an institution promises what nobody can."""

import pytest

from experts import loading
from services.rectification.forms import RatingReplyForm, ReplyForm
from services.rectification.serializers import ReplySerializer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "fits"), [("已更换标准物质并复测。", True), ("下次保证通过认证。", False)])
def test_a_reply_is_screened_on_the_page_and_through_the_api(words: str, fits: bool) -> None:
    loading.load()
    said = {"cause": words, "measures": words, "done_on": "2026-01-05"}
    answers = [ReplyForm(said), RatingReplyForm({"text": words}), ReplySerializer(data=said)]
    assert [one.is_valid() for one in answers] == [fits] * 3
    assert fits or {"cause", "measures"} <= set(answers[0].errors)
