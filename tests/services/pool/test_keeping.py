"""Reminders are said once at each step, and a day without the schedule neither loses nor doubles one."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from experts.models import Credential, Institution
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.catalogue.models import ServiceItem
from services.pool import loading, tasks
from services.pool.actions import correcting, keeping, reminding
from services.pool.models import Period, Reminder
from services.routing import actions as routing
from services.routing import corrections, lab
from services.routing.models import ScopeCorrection
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_credential,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
)
from tests.people import browser_of
from tests.portal.files.corpus import PDF, upload
from tests.services.pool.rows import days, make_claim, make_curator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _periods() -> None:
    loading.load()


@pytest.fixture
def institution() -> Institution:
    return make_institution(make_user(Role.PROVIDER), confirmed_at=NOW)


def said(event: str = "credential_expiring") -> int:
    return Notice.objects.filter(event=event).count()


def test_each_step_is_said_once(institution: Institution) -> None:
    make_credential(institution, valid_to=days(100))
    said_by = {}
    for number in (9, 10, 11, 39, 40, 69, 70, 92, 93, 100):
        reminding.remind(NOW + timedelta(days=number))
        reminding.remind(NOW + timedelta(days=number, hours=1))
        said_by[number] = said()
    assert said_by == {9: 0, 10: 1, 11: 1, 39: 1, 40: 1, 69: 1, 70: 2, 92: 2, 93: 3, 100: 3}


def test_after_weeks_without_a_schedule_one_reminder_is_said_and_not_three(institution: Institution) -> None:
    credential = make_credential(institution, valid_to=days(25))
    assert (reminding.remind(NOW), reminding.remind(NOW), said()) == (1, 0, 1)
    assert list(Reminder.objects.values_list("credential", "days", "last_day")) == [(credential.pk, 30, days(25))]


def test_what_is_renewed_or_over_or_nobodys_is_not_reminded_of(institution: Institution) -> None:
    renewed = make_credential(institution, valid_to=days(5))
    make_credential(institution, valid_from=days(6), valid_to=days(800), state=Credential.State.CLAIMED)
    make_credential(institution, type="CNAS", valid_to=days(-31))
    make_credential(institution, type="CCC", valid_to=days(3), state=Credential.State.WITHDRAWN)
    assert (reminding.remind(NOW), said()) == (0, 0), renewed


def test_on_the_day_after_its_end_the_services_that_went_with_it_are_named_once(institution: Institution) -> None:
    item, free = make_item(required_credentials=["CMA"], name_zh="瓷砖检测"), make_item(name_zh="咨询")
    make_capability(institution, item)
    make_capability(institution, free)
    ended = make_credential(institution, valid_to=days(-1))
    make_credential(institution, type="CNAS", valid_to=days(-1))
    make_credential(institution, type="CNAS", number="CNAS-2", valid_to=days(900))
    assert [reminding.remind(NOW), reminding.remind(NOW), reminding.remind(NOW + timedelta(days=1))] == [1, 0, 0]
    notice = Notice.objects.get(event="credential_ended")
    assert (notice.facts["number"], notice.facts["items_zh"]) == (ended.number, "瓷砖检测")
    assert list(Reminder.objects.values_list("credential", "days", "last_day")) == [(ended.pk, 0, days(-1))]


def test_the_last_day_itself_still_counts_and_nothing_is_said_of_an_end(institution: Institution) -> None:
    make_credential(institution, valid_to=TODAY)
    reminding.remind(NOW)
    assert said("credential_ended") == 0


def test_a_checked_renewal_says_which_services_are_back(institution: Institution) -> None:
    make_capability(institution, make_item(required_credentials=["CMA"], name_zh="瓷砖检测"))
    renewal = make_credential(institution, state=Credential.State.CHECKED)
    keeping.step(renewal, "validate", by=make_curator(), now=NOW)
    keeping.step(renewal, "suspend", by=make_curator(), now=NOW, on=TODAY, reason="飞行检查")
    facts = list(Notice.objects.filter(event="credential_decided").order_by("pk").values_list("facts", flat=True))
    assert [(one["verb"], one["items_zh"]) for one in facts] == [("validate", "瓷砖检测"), ("suspend", "瓷砖检测")]


def test_the_steps_are_rows_that_curators_change(institution: Institution) -> None:
    make_credential(institution, valid_to=days(100))
    Period.objects.create(kind=Period.Kind.EXPIRY, days=120)
    assert reminding.remind(NOW) == 1


def test_a_profile_is_asked_about_before_it_is_stale_and_again_only_after_it_was_confirmed(
    institution: Institution,
) -> None:
    def at(number: int) -> datetime:
        return NOW + timedelta(days=number)

    rounds = [reminding.remind(at(number)) for number in (165, 167, 168, 300)]
    stale = [Institution.objects.stale(keeping.stale_before(at(number))).exists() for number in (179, 181)]
    keeping.confirm(institution, now=at(181))
    again = [Institution.objects.stale(keeping.stale_before(at(182))).exists(), reminding.remind(at(349))]
    assert (rounds, stale, again, said("profile_to_confirm")) == ([0, 1, 0, 0], [False, True], [False, 1], 2)


def test_how_long_a_profile_is_fresh_is_said_once_by_the_rules_of_matching() -> None:
    curator = make_curator()
    row = lab.begin(by=curator, now=NOW, today=TODAY)
    row = lab.save(row, by=curator, now=NOW, stale_after=30)
    lab.publish(row, read=lab.stamp(row), begins_on=TODAY, note="更严格", by=curator, now=NOW, today=TODAY)
    asked = [keeping.stale_before(NOW - timedelta(days=1)), keeping.stale_before(NOW)]
    assert asked == [NOW - timedelta(days=181), NOW - timedelta(days=30)]


def test_the_task_of_the_schedule_does_it() -> None:
    """The one thing about it that reads the clock, on whatever day."""
    institution = make_institution(make_user(Role.PROVIDER), confirmed_at=timezone.now())
    make_credential(institution, valid_to=timezone.localdate() + timedelta(days=20))
    assert (tasks.remind(), tasks.remind()) == (1, 0)


def matched(item: ServiceItem) -> list[bool]:
    return [bool(routing.rank(make_need(item=item), now=NOW).first)]


def test_the_day_after_its_end_takes_an_item_out_of_matching_and_a_checked_renewal_brings_it_back(
    institution: Institution,
) -> None:
    item, free = make_item(required_credentials=["CMA"]), make_item()
    make_capability(institution, item)
    make_capability(institution, free)
    old = make_credential(institution, valid_to=TODAY - timedelta(days=1))
    before = matched(item) + matched(free)
    said = make_claim(valid_from=TODAY, valid_to=days(800))
    provider, curator = institution.memberships.get().user, make_curator()
    renewal = keeping.claim(institution, said, upload=upload("cma.pdf", PDF), by=provider, now=NOW, renews=old)
    claimed = matched(item)
    keeping.step(renewal, "check", by=curator, now=NOW)
    keeping.step(renewal, "validate", by=curator, now=NOW)
    assert (before, claimed, matched(item)) == ([False, True], [False], [True])
    assert (renewal.renews, old.institution.credentials.count()) == (old, 2)


def test_a_suspension_takes_it_out_at_once_and_the_institution_is_told(institution: Institution) -> None:
    item = make_item(required_credentials=["CMA"])
    make_capability(institution, item)
    credential = make_credential(institution)
    curator = make_curator()
    assert matched(item) == [True]
    keeping.step(credential, "suspend", by=curator, now=NOW, on=TODAY, reason="飞行检查")
    assert (matched(item), said("credential_decided")) == ([False], 1)


def test_a_correction_pauses_the_capability_that_was_refused() -> None:
    institution, item = make_institution(), make_item()
    capability = make_capability(institution, item)
    need = make_need(item=item)
    referral = make_referral(need, institution, state="declined")
    type(referral).objects.filter(pk=referral.pk).update(decline_reason="outside_scope", reason="不做瓷砖")
    corrections.note(NOW)
    row = ScopeCorrection.objects.get()
    correcting.settle(row, outcome="pause", note="电话确认", by=make_curator(), now=NOW)
    capability.refresh_from_db()
    row.refresh_from_db()
    assert (capability.state, row.state, row.note) == ("paused", "done", "电话确认")


def test_what_is_done_about_a_refusal_has_to_be_chosen() -> None:
    refused = make_referral(make_need(item=make_item()), make_institution(), state="declined")
    said = {"institution": refused.institution, "item": refused.need.item, "said_at": NOW}
    row = ScopeCorrection.objects.create(referral=refused, **said)
    browser, address = browser_of(make_curator()), reverse("pool:settle", args=[row.pk])
    assert browser.post(address, {"outcome": "", "note": "x"}).status_code == 422
    assert browser.post(address, {"outcome": "kept", "note": "x"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"
