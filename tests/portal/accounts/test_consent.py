"""The privacy notice and who agreed to which version of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from portal.accounts import actions, loading
from portal.accounts.models import Consent, PrivacyNotice, User
from portal.legible import legible
from tests.portal.accounts.people import person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ACCOUNT, WEB = Consent.Purpose.ACCOUNT, Consent.Channel.WEB


def test_the_notice_is_loaded_once_and_never_overwritten(notice: PrivacyNotice) -> None:
    PrivacyNotice.objects.update(text_zh="改过的文字")
    loading.load()
    assert PrivacyNotice.objects.get().text_zh == "改过的文字"


def test_the_notice_says_the_same_things_in_both_languages(notice: PrivacyNotice) -> None:
    paragraphs = [[part for part in text.split("\n") if part] for text in (notice.text_zh, notice.text_en)]
    assert len(paragraphs[0]) == len(paragraphs[1]) > 15
    assert all(legible(text) for text in (notice.text_zh, notice.text_en))


def test_the_newest_version_that_has_begun_is_in_force(notice: PrivacyNotice) -> None:
    later = PrivacyNotice.objects.create(version="2027-01", text_zh="新", text_en="new", in_force_from="2027-01-01")
    assert PrivacyNotice.objects.in_force(NOW.date()) == notice
    assert PrivacyNotice.objects.in_force(later_day := NOW.date() + timedelta(days=60)) == later, later_day


def test_agreeing_twice_is_agreeing_once(notice: PrivacyNotice, lin: User) -> None:
    desk = person("desk", "specialist")
    actions.give_consent(lin, ACCOUNT, Consent.Channel.SPOKEN, NOW, desk)
    actions.give_consent(lin, ACCOUNT, WEB, NOW + timedelta(days=1))
    row = lin.consents.get()
    assert (row.notice, row.channel, row.recorded_by, row.given_at) == (notice, "spoken", desk, NOW)


def test_withdrawing_adds_a_date_and_removes_nothing(notice: PrivacyNotice, lin: User) -> None:
    actions.give_consent(lin, ACCOUNT, WEB, NOW)
    actions.withdraw_consent(lin, ACCOUNT, NOW + timedelta(days=1))
    actions.give_consent(lin, ACCOUNT, WEB, NOW + timedelta(days=2))
    assert list(lin.consents.order_by("pk").values_list("withdrawn_at", flat=True)) == [NOW + timedelta(days=1), None]


def test_yes_and_no_are_one_statement_whatever_was_said_before(
    notice: PrivacyNotice, lin: User, django_assert_num_queries
) -> None:
    for day, shares in enumerate((False, True, True, False)):
        with django_assert_num_queries(1):
            answers = {Consent.Purpose.CASE: True, Consent.Purpose.SHARING: shares}
            actions.answer_consents(lin, answers, WEB, NOW + timedelta(days=day))
    assert list(lin.consents.order_by("given_at", "purpose").values_list("purpose", "given_at", "withdrawn_at")) == [
        ("case", NOW, None),
        ("sharing", NOW + timedelta(days=1), NOW + timedelta(days=3)),
    ]


def test_agreement_to_an_older_notice_is_ended_as_well_and_the_new_one_is_agreed_to_afresh(
    notice: PrivacyNotice, lin: User
) -> None:
    actions.answer_consents(lin, {Consent.Purpose.CASE: True, Consent.Purpose.SHARING: True}, WEB, NOW)
    newer = PrivacyNotice.objects.create(version="later", text_zh="新", text_en="new", in_force_from=NOW.date())
    later = NOW + timedelta(days=1)
    actions.answer_consents(lin, {Consent.Purpose.CASE: True, Consent.Purpose.SHARING: False}, WEB, later)
    assert set(lin.consents.values_list("notice", "purpose", "withdrawn_at")) == {
        (notice.pk, "case", None),
        (notice.pk, "sharing", later),
        (newer.pk, "case", None),
    }


def test_without_a_notice_nobody_can_agree(lin: User) -> None:
    with pytest.raises(PrivacyNotice.DoesNotExist):
        actions.give_consent(lin, ACCOUNT, WEB, NOW)


@pytest.mark.parametrize(("earlier", "made"), [("2026-11", True), ("our own", False)])
def test_a_notice_that_somebody_wrote_is_not_followed_by_ours(db: None, earlier: str, made: bool) -> None:
    day = timezone.localdate() - timedelta(days=3)
    theirs = PrivacyNotice.objects.create(version=earlier, text_zh="告知", text_en="Notice", in_force_from=day)
    for _twice in range(2):
        loading.load()
    found = list(PrivacyNotice.objects.exclude(pk=theirs.pk).values_list("version", "in_force_from"))
    assert found == ([(loading.VERSION, timezone.localdate())] if made else [])
