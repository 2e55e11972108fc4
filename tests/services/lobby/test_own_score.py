"""What an institution sees of itself."""

import pytest
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.states import ReferralState
from tests.factories import (
    make_board,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_rating,
    make_referral,
    make_user,
)
from tests.people import browser_of

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 12
ADDRESS = "/directory/mine/"


@pytest.fixture
def provider() -> User:
    return make_user(Role.PROVIDER)


def rated(institution: object, number: int, comment: str = "") -> None:
    """Services of an enterprise that were confirmed and rated today."""
    now = timezone.now()
    for _ in range(number):
        case = make_case(enterprise=make_enterprise(name="成都示例卫浴有限公司"), now=now)
        referral = make_referral(make_need(case, now=now), institution, state=ReferralState.CONFIRMED, now=now)
        make_rating(institution, grade=4, referral_ref=referral.pk, comment=comment, rated_at=now)


def test_it_sees_score_record_trend_and_words_without_names(provider: User) -> None:
    make_board("TI")
    institution = make_institution(provider)
    rated(institution, 3, "成都示例卫浴有限公司很满意，电话13800138000")
    page = browser_of(provider).get(ADDRESS)
    text = page.content.decode()
    assert "3 of 3 asked answered" in text
    assert page.context["facts"].delivered == 3
    assert (page.context["quarters"][0].n, page.context["quarters"][0].shown) == (3, 4.0)
    assert [texts for _, texts in page.context["comments"]] == [["•••很满意，电话•••"] * 3]
    assert "成都示例卫浴" not in text and "13800138000" not in text
    assert "/rectification/ours/?tab=ratings" in text


def test_below_three_answers_there_is_no_star_and_no_words(provider: User) -> None:
    institution = make_institution(provider)
    rated(institution, 2, "谁说的一看便知")
    text = browser_of(provider).get(ADDRESS).content.decode()
    assert "Fewer than 3 answers" in text and "谁说的一看便知" not in text and "star-fill" not in text


def test_it_sees_nothing_of_another_institution(provider: User) -> None:
    own, other = make_institution(provider), make_institution()
    rated(other, 3, "别家的评价")
    page = browser_of(provider).get(ADDRESS, {"of": other.pk})
    assert page.context["institution"] == own
    assert "别家的评价" not in page.content.decode()


def test_whoever_acts_for_two_chooses(provider: User) -> None:
    first, second = make_institution(provider), make_institution(provider)
    browser = browser_of(provider)
    assert browser.get(ADDRESS).context["institution"] == first
    page = browser.get(ADDRESS, {"of": second.pk})
    assert page.context["institution"] == second
    assert [view["active"] for view in page.context["views"]] == [False, True]


def test_whoever_acts_for_none_is_told_what_to_do(provider: User) -> None:
    page = browser_of(provider).get(ADDRESS)
    assert page.status_code == 200
    assert "Ask a curator" in page.content.decode()


def test_it_reads_in_chinese(provider: User) -> None:
    rated(make_institution(provider), 3)
    text = browser_of(provider).get(ADDRESS, headers={"accept-language": "zh-hans"}).content.decode()
    assert "我的评价" in text and "回访 3 次，答复 3 次" in text and "按时交付" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_queries(provider: User, rows: int, django_assert_num_queries) -> None:
    institution = make_institution(provider)
    rated(institution, 2 + rows, "好")
    browser = browser_of(provider)
    browser.get(ADDRESS)
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(ADDRESS)
