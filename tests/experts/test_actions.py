from threading import Barrier, Thread

import pytest
from django.db import connection

from experts import actions
from experts.actions import AlreadyRated
from experts.models import Institution, Rating
from tests.factories import NOW, make_institution

ANSWER = {"board": "TI", "referral_ref": 1, "enterprise_ref": 2, "solved": True, "comment": "好", "source": "link"}


def record(institution: Institution, grade: int) -> Rating:
    return actions.record_rating(institution, grade=grade, now=NOW, **ANSWER)


@pytest.mark.django_db
def test_an_answer_becomes_a_counted_rating() -> None:
    institution = make_institution()
    rating = record(institution, 4)
    rating.refresh_from_db()
    assert (rating.institution, rating.board, rating.referral_ref, rating.enterprise_ref) == (institution, "TI", 1, 2)
    assert (rating.grade, rating.solved, rating.comment, rating.source) == (4, True, "好", "link")
    assert (rating.state, rating.rated_at) == ("counted", NOW)


@pytest.mark.django_db
def test_the_first_answer_stays() -> None:
    institution = make_institution()
    record(institution, 4)
    with pytest.raises(AlreadyRated):
        record(institution, 1)
    assert list(Rating.objects.values_list("grade", flat=True)) == [4]


@pytest.mark.django_db
@pytest.mark.parametrize("grade", [0, 6, -1])
def test_there_are_five_grades(grade: int) -> None:
    with pytest.raises(ValueError, match="Grade"):
        record(make_institution(), grade)
    assert not Rating.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_is_recorded() -> None:
    institution = make_institution()
    barrier, outcomes = Barrier(8), []

    def answer(grade: int) -> None:
        barrier.wait()
        try:
            record(institution, grade)
            outcomes.append("recorded")
        except AlreadyRated:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=answer, args=(1 + number % 5,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["recorded"] + ["refused"] * 7
    assert Rating.objects.count() == 1
