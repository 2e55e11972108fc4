"""One door for the standing: the table, two people for the grave steps, and lines nobody changes."""

from itertools import product

import pytest
from django.db import IntegrityError, InternalError, transaction

from experts import standing
from experts.models import GRAVE, Institution, StandingChange
from experts.standing import STEPS, SecondPersonNeeded, StaleStanding
from portal.accounts.roles import Role
from tests.factories import NOW, days_ago, make_institution, make_user

pytestmark = pytest.mark.django_db
S = Institution.Standing


@pytest.mark.parametrize(("origin", "to"), [(a, b) for a, b in product(S.values, S.values) if a != b])
def test_each_step_is_in_the_table_or_refused(origin: str, to: str) -> None:
    institution, by, second = make_institution(standing=origin), make_user(Role.CURATOR), make_user(Role.CENTRE_LEAD)
    said = {"by": by, "now": NOW, "reason": "理由", "second": second}
    if to not in STEPS[origin]:
        with pytest.raises(StaleStanding):
            standing.move(institution, to, **said)
        assert not StandingChange.objects.exists()
        return
    change = standing.move(institution, to, **said, rule="negative v1")
    institution.refresh_from_db()
    assert (institution.standing, institution.standing_reason) == (to, "理由")
    assert (change.from_standing, change.to_standing, change.by, change.second, change.rule, change.at) == (
        (origin, to, by, second, "negative v1", NOW)
    )


def test_the_table_is_the_one_that_was_written_down() -> None:
    assert {
        "applied": {"reviewing"},
        "reviewing": {"active", "refused"},
        "active": {"probation"},
        "probation": {"active", "suspended"},
        "suspended": {"probation", "removed"},
        "removed": {"applied"},
        "refused": frozenset(),
        "merged": frozenset(),
    } == STEPS


@pytest.mark.parametrize(("origin", "to"), [("probation", "suspended"), ("suspended", "removed")])
def test_nobody_suspends_or_removes_alone_or_signs_twice(origin: str, to: str) -> None:
    institution, by = make_institution(standing=origin), make_user(Role.CURATOR)
    for second in (None, by):
        with pytest.raises(SecondPersonNeeded):
            standing.move(institution, to, by=by, second=second, now=NOW, reason="x")
    institution.refresh_from_db()
    assert institution.standing == origin


@pytest.mark.parametrize("to", GRAVE)
def test_without_the_door_the_database_still_wants_two_people(to: str) -> None:
    """The twin: whoever writes the line past the door meets the constraints."""
    by, institution = make_user(Role.CURATOR), make_institution(standing="probation")
    line = {"institution": institution, "from_standing": "probation", "to_standing": to, "reason": "x", "at": NOW}
    for people in ({"by": by}, {"by": by, "second": by}, {"second": by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StandingChange.objects.create(**line, **people)


def test_without_the_door_no_standing_changes() -> None:
    """Nor does an earlier step that led there once open it again."""
    institution, by = make_institution(), make_user(Role.CURATOR)
    standing.move(institution, S.PROBATION, by=by, now=days_ago(2), reason="x")
    standing.move(institution, S.ACTIVE, by=by, now=NOW, reason="x")
    row = Institution.objects.filter(pk=institution.pk)
    for to in (S.PROBATION, S.SUSPENDED, S.MERGED):
        with pytest.raises(IntegrityError, match="no change of standing leads to"), transaction.atomic():
            row.update(standing=to)
    row.update(standing=S.ACTIVE, standing_reason="y")
    assert row.values_list("standing", "standing_reason").get() == (S.ACTIVE, "y")


def test_who_looked_at_an_old_page_is_told_so() -> None:
    institution, by = make_institution(), make_user(Role.CURATOR)
    old = Institution.objects.get(pk=institution.pk)
    standing.move(institution, S.PROBATION, by=by, now=NOW, reason="x")
    with pytest.raises(StaleStanding):
        standing.move(old, S.PROBATION, by=by, now=NOW, reason="y")
    assert StandingChange.objects.count() == 1


@pytest.mark.parametrize("attack", [lambda rows: rows.update(reason="other"), lambda rows: rows.delete()])
def test_lines_are_never_changed(attack: object) -> None:
    standing.move(make_institution(), S.PROBATION, by=make_user(Role.CURATOR), now=NOW, reason="x")
    with pytest.raises(InternalError), transaction.atomic():
        attack(StandingChange.objects.all())  # type: ignore[operator]


def test_an_upheld_appeal_takes_the_last_step_back_even_a_removal() -> None:
    institution, by, second = make_institution(standing="suspended"), make_user(), make_user()
    change = standing.move(institution, S.REMOVED, by=by, second=second, now=days_ago(3), reason="x")
    back = standing.undo(change, by=make_user(Role.APPEALS_OFFICER), now=NOW, reason="y")
    institution.refresh_from_db()
    assert (institution.standing, back.undoes) == ("suspended", change)


def test_a_step_that_others_followed_is_not_taken_back() -> None:
    institution, by = make_institution(), make_user()
    change = standing.move(institution, S.PROBATION, by=by, now=days_ago(3), reason="x")
    standing.move(institution, S.ACTIVE, by=by, now=days_ago(2), reason="x")
    with pytest.raises(StaleStanding):
        standing.undo(change, by=by, now=NOW, reason="y")
