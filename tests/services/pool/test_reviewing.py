"""What a curator decides: nothing by halves, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from experts.models import Credential, Equipment, Expert, Institution, InstitutionMembership
from portal.accounts.models import User
from services.clocks.models import WorkCalendar
from services.directory.calendars import of_institutions
from services.directory.models import Capability
from services.pool import duplicates
from services.pool.actions import applying, reviewing
from services.pool.actions.applying import NotForThisAccount
from services.pool.actions.door import StaleApplication
from services.pool.actions.reviewing import Finding, InThePoolAlready, Review, ReviewUnfinished
from services.pool.models import Application, PointCheck
from tests.factories import (
    NOW,
    make_capability,
    make_credential,
    make_institution,
    make_item,
    make_region,
    make_user,
)
from tests.portal.files.corpus import PDF, upload
from tests.services.pool.rows import (
    NUMBER,
    PROFILE,
    USCC,
    make_applicant,
    make_claim,
    make_curator,
    make_draft,
    make_reviewed,
    make_sent,
    review_all,
)

pytestmark = pytest.mark.django_db


def test_an_expert_named_with_a_merged_employer_works_for_the_one_that_stays() -> None:
    kept, user = make_institution(), make_applicant()
    make_institution(name_zh="旧名检测", standing="merged", merged_into=kept)
    application = applying.start(user, "expert", now=NOW)
    said = {"title": "高级工程师", "subjects": "卫浴", "interests": "无", "employer_name": "旧名检测"}
    applying.describe(application, {"name": "林工", "phone": PROFILE["phone"], "region": make_region()}, said)
    applying.add_papers(application, [upload("licence.pdf", PDF)], by=user)
    applying.submit(application, by=user, now=NOW)
    review_all(application, by=make_curator())
    reviewing.accept(application, by=make_curator(), now=NOW)
    expert = Expert.objects.get()
    assert (expert.employer, expert.employer_name) == (kept, "")


def test_an_acceptance_makes_everything_at_once() -> None:
    curator, calendar = make_curator(), WorkCalendar.objects.create(code="base", name_zh="基地", weekly={})
    application = make_reviewed(by=curator, calendar=calendar)
    reviewing.accept(application, by=curator, now=NOW, standing=Institution.Standing.PROBATION)

    institution = Institution.objects.get()
    assert (institution.name_zh, institution.uscc, institution.standing) == (PROFILE["name"], USCC, "probation")
    assert (institution.confirmed_at, application.institution) == (NOW, institution)
    assert InstitutionMembership.objects.get().user == application.applicant
    assert User.objects.get(pk=application.applicant.pk).role == "provider"
    credential = Credential.objects.in_force(NOW.date()).get()
    assert (credential.number, credential.scope.get().method, credential.checked_by) == (NUMBER, "GB/T 3810.3", curator)
    assert credential.attachment is not None
    capability = Capability.objects.approved().get()
    assert (capability.price, [region.pk for region in capability.regions.all()]) == ("每件 800 元起", ["510185"])
    assert of_institutions([institution.pk]) == {institution.pk: calendar}


def test_line_by_line_what_is_refused_stays_outside_and_what_is_only_checked_does_not_count_yet() -> None:
    curator, application = make_curator(), make_sent()
    review_all(application, by=curator)
    held = application.credentials.get()
    reviewing.note(application, Review(credentials={held.pk: Finding("checked")}), by=curator, now=NOW)
    reviewing.accept(application, by=curator, now=NOW)
    assert Credential.objects.get().state == Credential.State.CHECKED
    assert not Credential.objects.in_force(NOW.date()).exists()


def test_a_review_is_kept_bit_by_bit() -> None:
    curator, application = make_curator(), make_sent()
    review_all(application, by=curator)
    point = PointCheck.objects.filter(application=application).first()
    assert point is not None
    reviewing.note(application, Review(points={point.point_id: Finding("no", "电话不通")}), by=curator, now=NOW)
    point.refresh_from_db()
    assert (point.answer, point.note) == ("no", "电话不通")
    with pytest.raises(ReviewUnfinished) as refused:
        reviewing.accept(application, by=curator, now=NOW)
    assert len(refused.value.extra["missing"]) == 1


def test_a_note_needs_no_conclusion_and_a_conclusion_can_be_taken_back() -> None:
    curator, application = make_curator(), make_sent()
    review_all(application, by=curator)
    point = PointCheck.objects.filter(application=application).first()
    assert point is not None
    reviewing.note(application, Review(points={point.point_id: Finding("", "再问电话")}), by=curator, now=NOW)
    point.refresh_from_db()
    assert (point.answer, point.note) == ("", "再问电话")
    assert reviewing.unfinished(application) == [f"尚未核查：{point.point.name_zh}"]
    with pytest.raises(ReviewUnfinished):
        reviewing.accept(application, by=curator, now=NOW)


def test_nothing_is_made_before_the_review_is_done() -> None:
    application = make_sent()
    with pytest.raises(ReviewUnfinished):
        reviewing.accept(application, by=make_curator(), now=NOW)
    assert not Institution.objects.exists()


@pytest.mark.parametrize("known", [{"uscc": USCC}, {"name_zh": PROFILE["name"]}])
def test_who_is_in_the_pool_already_does_not_come_in_twice(known: dict[str, str]) -> None:
    curator, application = make_curator(), make_reviewed()
    make_institution(**known)
    with pytest.raises(InThePoolAlready):
        reviewing.accept(application, by=curator, now=NOW)
    application.refresh_from_db()
    assert (application.state, Institution.objects.count()) == ("submitted", 1)


def test_who_was_removed_may_apply_again_and_comes_back_as_the_same_row() -> None:
    curator, applicant = make_curator(), make_user("provider")
    institution = make_institution(applicant, uscc=USCC, name_zh="旧名称", standing="removed")
    decided = {"state": "accepted", "decided_by": curator, "decided_at": NOW, "submitted_at": NOW}
    Application.objects.create(kind="institution", name="x", applicant=applicant, institution=institution, **decided)
    old = make_capability(institution, make_item())
    application = make_reviewed(applicant, by=curator)
    make_credential(institution, number=NUMBER, valid_from=make_claim().valid_from, state="withdrawn")
    reviewing.accept(application, by=curator, now=NOW)

    institution.refresh_from_db()
    assert (institution.name_zh, institution.standing, institution.contact_name) == (
        PROFILE["name"],
        "active",
        "周经理",
    )
    steps = institution.standing_changes.order_by("pk").values_list("from_standing", "to_standing")
    assert list(steps) == [("removed", "applied"), ("applied", "reviewing"), ("reviewing", "active")]
    assert set(institution.capabilities.values_list("item", "state")) == {
        (old.item_id, "retired"),
        (application.items.get().item_id, "approved"),
    }
    assert [one.state for one in institution.credentials.all()] == ["withdrawn"]
    assert (institution.memberships.get().user, application.institution) == (applicant, institution)
    with pytest.raises(NotForThisAccount):
        applying.start(applicant, "institution", now=NOW)


def test_who_is_alike_is_shown_with_what_is_alike() -> None:
    application, other = make_sent(), make_sent()
    by_code = make_institution(uscc=USCC)
    by_name = make_institution(name_zh="演示 检测（有限公司）")
    by_phone = make_institution(phone=PROFILE["phone"])
    make_institution()
    found = {one.row: one.alike_in for one in duplicates.institutions(application)}
    assert found == {by_code: ("uscc",), by_name: ("name",), by_phone: ("phone",)}
    assert [(one.row, one.alike_in) for one in duplicates.applications(application)] == [
        (other, ("name", "uscc", "phone"))
    ]


def test_both_sides_are_told_each_in_its_own_words() -> None:
    curator, application = make_curator(), make_sent()
    reviewing.ask_back(application, questions="请补充附表", by=curator, now=NOW)
    applying.submit(application, by=application.applicant, now=NOW, answer="已补充")
    reviewing.decline(application, reason="证书已注销", by=curator, now=NOW)
    both = (application.applicant, curator)
    told = {user: list(user.notices.order_by("pk").values_list("event", flat=True)) for user in both}
    assert told == {
        application.applicant: ["application_received", "application_returned", "application_declined"],
        curator: ["application_sent", "application_answered"],
    }


def test_an_expert_comes_in_with_fields_and_interests() -> None:
    user, curator = make_applicant(), make_curator()
    application = applying.start(user, "expert", now=NOW)
    details = {"title": "正高级工程师", "subjects": "计量", "employer_name": "某大学", "interests": "无"}
    applying.describe(application, {"name": "李工", "phone": "+8613800138000", "region": make_region()}, details)
    applying.add_papers(application, [upload("diploma.pdf", PDF)], by=user)
    applying.submit(application, by=user, now=NOW)
    review_all(application, by=curator)
    reviewing.accept(application, by=curator, now=NOW)
    expert = Expert.objects.get()
    assert (expert.user, expert.fields, expert.employer_name, expert.interests_declared) == (
        user,
        "计量",
        "某大学",
        "无",
    )
    assert User.objects.get(pk=user.pk).role == "expert"


def test_an_instrument_comes_in_under_its_owner_and_a_curator_may_enter_it() -> None:
    curator, owner = make_curator(), make_institution()
    application = applying.start(curator, "equipment", now=NOW)
    details = {
        "model": "CMM-9",
        "serial": "9-1",
        "calibrated_until": "2027-05-01",
        "fee": "300 元/小时",
        "conditions": "须预约",
    }
    applying.describe(application, {"name": "三坐标测量机", "owner": owner}, details)
    applying.add_papers(application, [upload("calibration.pdf", PDF)], by=curator)
    applying.submit(application, by=curator, now=NOW)
    review_all(application, by=curator)
    reviewing.accept(application, by=curator, now=NOW)
    instrument = Equipment.objects.get()
    assert (instrument.owner, instrument.model, instrument.serial) == (owner, "CMM-9", "9-1")
    assert str(instrument.calibrated_until) == "2027-05-01"


def test_a_curator_enters_an_institution_for_somebody_and_gains_no_account_by_it() -> None:
    curator = make_curator()
    application = make_draft(curator)
    applying.submit(application, by=curator, now=NOW)
    review_all(application, by=curator)
    reviewing.accept(application, by=curator, now=NOW)
    assert (Institution.objects.count(), InstitutionMembership.objects.count()) == (1, 0)
    assert User.objects.get(pk=curator.pk).role == "curator"


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_once_one_takes_in_and_the_other_is_told() -> None:
    application = make_reviewed()
    both = [make_curator(), make_curator()]
    barrier = Barrier(2)

    def accept(curator: User) -> str:
        row = Application.objects.get(pk=application.pk)
        barrier.wait()
        try:
            reviewing.accept(row, by=curator, now=NOW)
            return "accepted"
        except StaleApplication:
            return "stale"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcome = sorted(pool.map(accept, both))
    assert (outcome, Institution.objects.count()) == (["accepted", "stale"], 1)
