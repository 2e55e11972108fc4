"""Was it valid and in scope on that day? Answered for any day, whatever happened since."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from experts import credentials
from experts.credentials import STEPS, Claim, DayNotPossible, ScopeRow, StepNotPossible
from experts.models import Credential, CredentialScope, CredentialSuspension, CredentialType
from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.factories import NOW, TODAY, make_credential, make_institution, make_user

pytestmark = pytest.mark.django_db
State = Credential.State


@pytest.fixture
def curator() -> User:
    return make_user(Role.CURATOR)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def counts_on(credential: Credential, *numbers: int) -> list[bool]:
    return [Credential.objects.in_force(day(number)).filter(pk=credential.pk).exists() for number in numbers]


def test_it_counts_from_its_first_day_to_its_last() -> None:
    credential = make_credential(make_institution(), valid_from=day(-10), valid_to=day(5))
    assert counts_on(credential, -11, -10, 0, 5, 6) == [False, True, True, True, False]


def test_a_suspension_takes_out_its_own_days_and_no_others(curator: User) -> None:
    credential = make_credential(make_institution())
    credentials.suspend(credential, since=day(-20), reason="飞行检查", by=curator, now=NOW)
    assert counts_on(credential, -21, -20, 0) == [True, False, False]
    credentials.restore(credential, on=day(-5), reason="整改通过", by=curator, now=NOW)
    assert counts_on(credential, -21, -20, -6, -5, 0) == [True, False, False, True, True]


def test_by_its_present_state_alone_a_past_day_would_be_answered_wrongly(curator: User) -> None:
    credential = make_credential(make_institution())
    credentials.suspend(credential, since=day(-3), reason="飞行检查", by=curator, now=NOW)
    by_state = Credential.objects.filter(state=State.VALID, valid_from__lte=day(-10), pk=credential.pk)
    assert (by_state.exists(), counts_on(credential, -10)) == (False, [True])


def test_what_was_withdrawn_still_answers_for_the_days_before(curator: User) -> None:
    credential = make_credential(make_institution())
    credentials.withdraw(credential, on=day(-7), reason="注销", by=curator, now=NOW)
    assert counts_on(credential, -8, -7, 0) == [True, False, False]


def test_what_never_counted_does_not_count_once_it_is_refused(curator: User) -> None:
    credential = make_credential(make_institution(), state=State.CLAIMED)
    credentials.withdraw(credential, on=TODAY, reason="编号不实", by=curator, now=NOW)
    assert (credential.withdrawn_on, counts_on(credential, -8, 0)) == (None, [False, False])


def test_a_suspended_one_of_which_no_day_is_known_counts_on_none() -> None:
    assert counts_on(make_credential(make_institution(), state=State.SUSPENDED), -100, 0) == [False, False]


def test_it_is_claimed_then_checked_then_valid(curator: User) -> None:
    kind = CredentialType.objects.create(code="CMA", name_zh="认定", name_en="CMA")
    said = Claim(kind, "210012341234", "", day(-1), None, (ScopeRow("砖"), ScopeRow("砖")))
    credential = credentials.claim(make_institution(), said)
    seen = [counts_on(credential, 0)]
    credentials.check(credential, by=curator, now=NOW)
    seen.append(counts_on(credential, 0))
    credentials.validate(credential, by=curator, now=NOW)
    assert [*seen, counts_on(credential, 0), credential.scope.count()] == [[False], [False], [True], 1]


MOVES = {
    State.CHECKED: lambda one, by: credentials.check(one, by=by, now=NOW),
    State.SUSPENDED: lambda one, by: credentials.suspend(one, since=TODAY, reason="x", by=by, now=NOW),
    State.WITHDRAWN: lambda one, by: credentials.withdraw(one, on=TODAY, reason="x", by=by, now=NOW),
    State.VALID: lambda one, by: credentials.validate(one, by=by, now=NOW),
}


@pytest.mark.parametrize("to", MOVES)
@pytest.mark.parametrize("state", State)
def test_each_step_is_in_the_table_or_refused(state: str, to: str, curator: User) -> None:
    credential = make_credential(make_institution(), state=state)
    if to in STEPS[state]:
        MOVES[State(to)](credential, curator)
        credential.refresh_from_db()
        assert credential.state == to
    else:
        with pytest.raises(StepNotPossible):
            MOVES[State(to)](credential, curator)


def test_nobody_moves_on_from_a_state_that_is_no_more(curator: User) -> None:
    credential = make_credential(make_institution())
    stale = Credential.objects.get(pk=credential.pk)
    credentials.suspend(credential, since=TODAY, reason="x", by=curator, now=NOW)
    with pytest.raises(StepNotPossible):
        credentials.withdraw(stale, on=TODAY, reason="x", by=curator, now=NOW)


def test_days_to_come_are_recorded_when_they_have_come(curator: User) -> None:
    credential = make_credential(make_institution())
    with pytest.raises(DayNotPossible):
        credentials.suspend(credential, since=day(1), reason="x", by=curator, now=NOW)
    credentials.suspend(credential, since=TODAY, reason="x", by=curator, now=NOW)
    with pytest.raises(DayNotPossible):
        credentials.restore(credential, on=TODAY, reason="x", by=curator, now=NOW)


def test_suspensions_of_one_credential_do_not_overlap(curator: User) -> None:
    credential = make_credential(make_institution())
    held = {"credential": credential, "reason": "x", "by": curator, "at": NOW, "lifted_by": curator}
    CredentialSuspension.objects.create(**held, begins_on=day(-9), ends_on=day(-5))
    CredentialSuspension.objects.create(**held, begins_on=day(-4), ends_on=day(-3))
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialSuspension.objects.create(**held, begins_on=day(-5), ends_on=day(-4))


def test_the_scope_of_a_past_day_stays_readable_when_the_annex_changes() -> None:
    credential = make_credential(make_institution())
    kept, gone, new = (ScopeRow(name, "吸水率", "GB/T 3810.3") for name in ("砖", "瓦", "陶瓷"))
    credentials.rescope(credential, [kept, gone], on=day(-30))
    credentials.rescope(credential, [kept, new], on=day(-10))
    answers = {
        name: [Credential.objects.in_force(day(n)).covering(day(n), thing=name).exists() for n in (-11, -10)]
        for name in ("砖", "瓦", "陶瓷")
    }
    assert answers == {"砖": [True, True], "瓦": [True, False], "陶瓷": [False, True]}
    assert CredentialScope.objects.filter(credential=credential).count() == 3


def test_one_row_must_name_all_of_what_is_asked_and_what_it_leaves_blank_it_does_not_limit() -> None:
    credential = make_credential(make_institution())
    CredentialScope.objects.create(credential=credential, object="陶瓷砖", parameter="吸水率", method="GB/T 3810.3")
    CredentialScope.objects.create(credential=credential, object="水嘴")
    asked = Credential.objects.in_force(TODAY)
    assert asked.covering(TODAY, thing="陶瓷砖", method="gb/t 3810.3").exists()
    assert asked.covering(TODAY, thing="水嘴", method="GB 18145").exists()
    assert not asked.covering(TODAY, thing="陶瓷砖", parameter="破坏强度").exists()


def test_a_renewal_is_a_row_of_its_own_and_ends_the_reminders_for_the_old_one() -> None:
    old = make_credential(make_institution(), valid_to=day(20))
    assert list(Credential.objects.ending(TODAY, day(30)).not_renewed()) == [old]
    make_credential(old.institution, state=State.CLAIMED, valid_from=day(21), valid_to=day(400))
    assert list(Credential.objects.ending(TODAY, day(30)).not_renewed()) == []


@given(number=st.from_regex(r"\A\d{12}[A-Z]?\Z"), noise=st.sampled_from(["", "x", " ", "-"]))
def test_only_the_pattern_of_a_number_counts(number: str, noise: str) -> None:
    kind = CredentialType(code="CMA", number_pattern=r"^\d{12}[A-Z]?$")
    assert kind.fits(number)
    assert kind.fits(f"{noise}{number}") is (noise == "")
    assert CredentialType(code="OTHER").fits(f"{noise}{number}")
