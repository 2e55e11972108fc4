"""Experts see a file after declaring their interests; whoever coached may not judge."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enterprises.models import Enterprise
from experts.models import AffiliateGroup
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.boards.consulting.actions import judging, naming
from services.boards.consulting.faults import CoachMayNotJudge, NotNow, OnlyTheDesk
from services.boards.consulting.models import AwardPart, Diagnosis, Finding, Naming, PlanAction
from tests.factories import NOW, TODAY, make_enterprise, make_institution, make_user
from tests.services.boards.consulting.rows import make_action, make_award, make_diagnosis, make_expert

pytestmark = pytest.mark.django_db
COACH, JUDGE = AwardPart.Part.COACH, AwardPart.Part.JUDGE


@pytest.fixture
def desk(db: None) -> User:
    return make_user(Role.SPECIALIST)


def take(award: Any, expert: Any, part: str, desk: User, **when: Any) -> AwardPart:
    return judging.take_part(award, expert, part, by=desk, **{"now": NOW, "today": TODAY, **when})


def test_an_expert_sees_the_file_after_declaring_and_not_with_a_tie(firm: Enterprise, owner: User, desk: User) -> None:
    plan, other = make_diagnosis(firm), make_diagnosis(firm)
    make_action(plan, owner)
    fair, tied, stranger = make_expert(), make_expert(), make_expert()

    def seen(expert: Any) -> tuple[int, int, int]:
        models = (Diagnosis, PlanAction, Finding)
        first, second, third = (model.objects.visible_to(expert.user).count() for model in models)
        return first, second, third

    namings = {one.pk: naming.name(plan, one, by=desk, now=NOW) for one in (fair, tied)}
    assert naming.name(plan, fair, by=desk, now=NOW) == namings[fair.pk]
    assert [seen(one) for one in (fair, tied, stranger)] == [(0, 0, 0)] * 3
    assert set(Notice.objects.filter(event="consulting_named").values_list("user", flat=True)) == {
        fair.user_id,
        tied.user_id,
    }
    with pytest.raises(NotNow):
        naming.declare(namings[fair.pk], conflict=False, interests="", by=tied.user, now=NOW)
    naming.declare(namings[fair.pk], conflict=False, interests="", by=fair.user, now=NOW)
    naming.declare(namings[tied.pk], conflict=True, interests="弟弟在该厂", by=tied.user, now=NOW)
    assert [seen(one) for one in (fair, tied, stranger)] == [(1, 1, 0), (0, 0, 0), (0, 0, 0)]
    with pytest.raises(NotNow):
        naming.declare(namings[tied.pk], conflict=False, interests="", by=tied.user, now=NOW)
    with pytest.raises(OnlyTheDesk):
        naming.name(other, stranger, by=owner, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Naming.objects.filter(pk=namings[fair.pk].pk).update(declared_at=None, conflict=True)


def test_whoever_coached_may_not_judge_nor_may_colleagues_nor_the_reverse(firm: Enterprise, desk: User) -> None:
    group = AffiliateGroup.objects.create(name="示例集团")
    house, sister = make_institution(group=group), make_institution(group=group)
    coach, colleague, cousin = make_expert(employer=house), make_expert(employer=house), make_expert(employer=sister)
    free = make_expert(employer=make_institution())
    award, next_one = make_award(firm), make_award(firm)
    take(award, coach, COACH, desk)
    for expert in (coach, colleague, cousin):
        for application in (award, next_one):
            with pytest.raises(CoachMayNotJudge):
                take(application, expert, JUDGE, desk)
    judge = take(award, free, JUDGE, desk)
    assert take(award, free, JUDGE, desk) == judge
    with pytest.raises(CoachMayNotJudge):
        take(next_one, free, COACH, desk)
    with pytest.raises(CoachMayNotJudge):
        naming.name(make_diagnosis(firm), free, by=desk, now=NOW)
    with pytest.raises(OnlyTheDesk):
        take(award, make_expert(), COACH, make_user())
    elsewhere = make_award(make_enterprise())
    assert take(elsewhere, coach, JUDGE, desk).part == JUDGE
    later = {"now": NOW + timedelta(days=731), "today": TODAY + timedelta(days=731)}
    assert take(next_one, colleague, JUDGE, desk, **later).part == JUDGE
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardPart.objects.create(application=award, expert=coach, part=JUDGE, since=TODAY, recorded_by=desk)


def test_whoever_diagnosed_may_not_judge_unless_they_stood_aside(firm: Enterprise, desk: User) -> None:
    plan, award = make_diagnosis(firm), make_award(firm)
    advised, aside = make_expert(), make_expert()
    naming.name(plan, advised, by=desk, now=NOW)
    stood = naming.name(plan, aside, by=desk, now=NOW)
    naming.declare(stood, conflict=True, interests="持股", by=aside.user, now=NOW)
    with pytest.raises(CoachMayNotJudge):
        take(award, advised, JUDGE, desk)
    assert take(award, aside, JUDGE, desk).part == JUDGE
