"""Who is told how to reach the person behind a case."""

import pytest

from portal.accounts import actions as accounts
from portal.accounts.models import Consent, User
from portal.audit.models import AuditEntry
from services.cases import sharing
from services.cases.models import Referral
from services.cases.states import REFERRAL_TAKEN, ReferralState
from tests.factories import NOW, make_case, make_enterprise, make_need, make_referral, make_user
from tests.people import make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    make_notice()
    return make_user()


def referral_in(state: str, person: User, **case: object) -> Referral:
    firm = make_enterprise(person, name="成都示例卫浴有限公司")
    made = make_referral(make_need(make_case(submitter=person, enterprise=firm, **case)), state=state)
    return Referral.objects.select_related("case__enterprise", "need").get(pk=made.pk)


def agree(person: User) -> None:
    accounts.give_consent(person, Consent.Purpose.SHARING, Consent.Channel.WEB, NOW)


@pytest.mark.parametrize("state", list(ReferralState))
def test_the_contact_is_shown_when_the_institution_has_accepted_and_the_person_agreed(person: User, state: str) -> None:
    agree(person)
    shown = sharing.shown(referral_in(state, person))
    if state in REFERRAL_TAKEN:
        assert shown == sharing.Shown(
            "成都示例卫浴有限公司", "王经理", "+8613800138000", "wang@enterprise.example", full=True, waiting=False
        )
    else:
        assert shown == sharing.Shown("", "", "138****8000", "w***@enterprise.example", full=False, waiting=False)


@pytest.mark.parametrize("state", sorted(REFERRAL_TAKEN))
def test_without_the_second_agreement_it_stays_masked_after_acceptance(person: User, state: str) -> None:
    accounts.give_consent(person, Consent.Purpose.CASE, Consent.Channel.WEB, NOW)
    shown = sharing.shown(referral_in(state, person))
    assert shown == sharing.Shown(
        "成都示例卫浴有限公司", "", "138****8000", "w***@enterprise.example", full=False, waiting=True
    )


def test_taking_it_back_holds_from_the_next_look_on(person: User) -> None:
    referral = referral_in("accepted", person)
    sharing.decide(referral.case, agree=True, by=person, now=NOW)
    assert sharing.shown(referral).full
    sharing.decide(referral.case, agree=False, by=person, now=NOW)
    assert not sharing.shown(referral).full
    sharing.decide(referral.case, agree=True, by=person, now=NOW)
    assert sharing.shown(referral).full
    assert Consent.objects.filter(user=person).count() == 2, "what was agreed to stays on record"
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "agreed_to_sharing",
        "withdrew_sharing",
        "agreed_to_sharing",
    ]


def test_nobody_agrees_for_somebody_else(person: User) -> None:
    referral = referral_in("accepted", person)
    with pytest.raises(sharing.NotYourContact):
        sharing.decide(referral.case, agree=True, by=make_user(), now=NOW)
    assert not sharing.shown(referral).full


SAID = "成都示例卫浴有限公司的王经理，电话13800138000或028-85551234，邮箱 wang@enterprise.example，GB 4806.4-2016"


def test_what_people_type_into_their_words_is_left_out_before_acceptance(person: User) -> None:
    referral = referral_in("offered", person)
    assert sharing.redacted(SAID, referral, full=False) == "•••的•••，电话•••或•••，邮箱 •••，GB 4806.4-2016"


def test_after_acceptance_the_enterprise_is_read_and_the_person_only_with_agreement(person: User) -> None:
    referral = referral_in("accepted", person)
    masked = "成都示例卫浴有限公司的•••，电话•••或•••，邮箱 •••，GB 4806.4-2016"
    assert sharing.redacted(SAID, referral, full=False) == masked
    assert sharing.redacted(SAID, referral, full=True) == SAID


def test_words_without_names_stay_so_after_acceptance_too(person: User) -> None:
    referral = referral_in("accepted", person)
    assert sharing.anonymous(SAID, referral.case) == "•••的•••，电话•••或•••，邮箱 •••，GB 4806.4-2016"


def test_of_words_without_a_gap_before_an_address_only_the_last_go_with_it() -> None:
    """Nobody's long sentence is read again from each of its letters."""
    said = "我们厂里一批计量器具要检定" * 300
    hidden = sharing.anonymous(f"{said}请发到lin@example.com，谢谢", make_case())
    assert hidden == f"{f'{said}请发到lin'[:-64]}•••，谢谢"
