"""Who sees follow-ups, and what the database holds about them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from services.cases.states import ReferralState
from services.followup import actions
from services.followup.models import FollowUp
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_user,
)
from tests.services.followup.rows import make_planned

pytestmark = pytest.mark.django_db


# Who sees follow-ups


def test_the_desk_and_the_enterprise_see_it_and_the_institution_does_not() -> None:
    provider, owner = make_user("provider"), make_user()
    need = make_need(make_case(enterprise=make_enterprise(owner), submitter=owner))
    make_referral(need, make_institution(provider), state=ReferralState.CONFIRMED)
    actions.plan(NOW)
    people = {
        "owner": owner,
        "desk": make_user("specialist"),
        "auditor": make_user("auditor"),
        "provider": provider,
        "rival": make_user(),
        "curator": make_user("curator"),
    }
    sees = {name: FollowUp.objects.visible_to(user).count() for name, user in people.items()}
    assert sees == {"owner": 2, "desk": 2, "auditor": 2, "provider": 0, "rival": 0, "curator": 0}


# What the database holds


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "completed"},
        {"state": "due", "completed_at": NOW},
        {"state": "waived", "completed_at": NOW},
        {"state": "asked"},
        {"token_digest": "x"},
        {"closes_at": NOW},
        {"attempts": 4},
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns: dict[str, Any]) -> None:
    row = make_planned()
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        FollowUp.objects.filter(pk=row.pk).update(**columns)


def test_a_referral_is_owed_one_follow_up_per_rule_and_number() -> None:
    row = make_planned()
    with pytest.raises(IntegrityError, match="followup_once"), transaction.atomic():
        FollowUp.objects.create(referral=row.referral, case=row.case, rule="first", due_at=NOW)
    FollowUp.objects.create(referral=row.referral, case=row.case, rule="first", seq=2, due_at=NOW)
