"""Two ways of writing one name give one key, made by the database."""

import pytest

from experts.models import Institution
from tests.factories import make_institution

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "written",
    ["四川 精测（成都）检测有限公司", "四川精测(成都)检测股份有限公司", "四川精测成都检测", "ＡＢ四川"],
)
def test_alike_names_are_found(written: str) -> None:
    kept = make_institution(
        name_zh="四川精测（成都）检测有限责任公司", uscc="91510185MA6A000155", phone="+8613800138000"
    )
    found = list(Institution.objects.alike(name=written))
    assert found == ([kept] if "精测" in written else [])


def test_the_same_code_or_phone_is_enough() -> None:
    kept = make_institution(uscc="91510185MA6A000155", phone="+8613800138000")
    assert list(Institution.objects.alike(name="别的", uscc="91510185MA6A000155")) == [kept]
    assert list(Institution.objects.alike(name="别的", phone="+8613800138000")) == [kept]
    assert list(Institution.objects.alike(name="别的")) == []
