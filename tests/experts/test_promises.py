"""What nobody may promise is found however it is written, and what only looks like it is left alone."""

import pytest
from django.core.exceptions import ValidationError

from experts import loading, promises
from experts.models import PromisePhrase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _phrases() -> None:
    loading.load()


@pytest.mark.parametrize(
    "text",
    [
        "CMA 认证包过，欢迎来电",
        "包 过",
        "保证\u200b拿证",
        "１００％通过",
        "Guaranteed   Certification in 30 days",
        "NO PASS NO FEE",
        "We guarantee the grant",
    ],
)
def test_a_promise_is_found(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        promises.screen(text)
    assert refused.value.code == "promise"


@pytest.mark.parametrize(
    "text", ["", "面向卫浴行业的检验检测", "包装过程检验", "quality assured by calibration", "no fee"]
)
def test_other_words_pass_as_they_are(text: str) -> None:
    assert promises.screen(text) == text


def test_the_list_is_the_curators_and_names_what_was_found() -> None:
    assert promises.found(["一定包过", "稳过"]) == ["包过", "稳过"]
    PromisePhrase.objects.filter(code="包过").update(active=False)
    assert promises.found(["一定包过", "稳过"]) == ["稳过"]
