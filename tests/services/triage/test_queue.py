"""The queue: in which order, for whom, how it is narrowed, and what a page of it costs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal import by_due
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases import actions as cases
from services.cases.actions import NewNeed
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Verb
from services.stations.models import Station
from services.triage import actions, filters
from services.triage.models import Presence, SavedView
from tests.factories import make_case, make_enterprise, make_item, make_referral, make_station, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/triage/"
QUERIES = 10
LARGEST_PAGE = 60 * 1024


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST, name="周敏")


@pytest.fixture
def page(desk: User) -> Client:
    return client_of(desk)


def client_of(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def numbers(client: Client, **params: str) -> list[str]:
    answer = client.get(QUEUE, params)
    assert answer.status_code == 200
    return [row.number for row in answer.context["page"].rows]


def triaged(desk: User, **fields: object) -> Case:
    case = make_case(**fields)
    actions.confirm(case, [NewNeed(item=make_item())], by=desk, now=timezone.now(), version=1)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SPECIALIST, 200),
        (Role.TEAM_LEAD, 200),
        (Role.ENTERPRISE, 403),
        (Role.PROVIDER, 403),
        (Role.EXPERT, 403),
        (Role.CURATOR, 403),
        (Role.AUDITOR, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_only_the_desk_sees_the_queue(role: str, status: int) -> None:
    assert client_of(make_user(role)).get(QUEUE).status_code == status


def test_whoever_is_not_signed_in_is_asked_to() -> None:
    assert Client().get(QUEUE).status_code == 302


def test_what_is_due_next_stands_first_and_undated_cases_last(page: Client, desk: User) -> None:
    seeking = triaged(desk)
    newer = make_case(now=timezone.now())
    older = make_case(now=timezone.now() - timedelta(days=3))
    for case in (newer, older):
        actions.take(case, by=desk, now=timezone.now())
    assert numbers(page) == [older.number, newer.number]
    assert numbers(page, tab="mine") == [older.number, seeking.number, newer.number], "whoever seeks has a promise too"
    Case.objects.filter(pk=seeking.pk).update(due_at=None)
    assert numbers(page, tab="mine") == [older.number, newer.number, seeking.number]


def test_all_cases_stand_by_the_newest_and_turn_their_pages(page: Client) -> None:
    made = [make_case(now=timezone.now() - timedelta(days=3 - day)).number for day in range(3)]
    assert numbers(page, tab="all") == made[::-1]
    newest = Case.objects.get(number=made[-1])
    assert numbers(page, tab="all", before=str(newest.pk)) == made[-2::-1]


def test_cases_of_other_stations_do_not_exist_here(page: Client) -> None:
    case = make_case()
    elsewhere = Station.objects.create(
        name_zh="外地中心", kind=Station.Kind.CENTRE, region=make_station().region, line=[999_999]
    )
    hidden = make_case(station=elsewhere)
    assert numbers(page, tab="all") == [case.number]
    assert page.get(f"/triage/{hidden.number}/").status_code == 404


def test_each_tab_shows_its_cases_and_how_many(page: Client, desk: User) -> None:
    now = timezone.now()
    new = make_case(now=now)
    mine = triaged(desk)
    back = triaged(desk)
    ladder, need = Actor.by_rule("routing.ladder/1"), back.needs.get()
    cases.note(back, "", by=ladder, now=now, audience=Audience.INTERNAL, need=need, verb=Verb.HANDED_BACK)
    working = triaged(desk)
    make_referral(working.needs.get(), by=desk)
    returned = make_case(now=now)
    actions.take(returned, by=desk, now=now)
    cases_ask(returned, desk)
    late = make_case(now=now - timedelta(days=30))
    shown = {tab: set(numbers(page, tab=tab)) for tab in filters.TABS}
    assert shown == {
        "todo": {new.number, late.number},
        "mine": {mine.number, back.number, working.number, returned.number},
        "unowned": {new.number, late.number},
        "returned": {returned.number},
        "seeking": {mine.number, back.number},
        "handed_back": {back.number},
        "service": {mine.number, back.number, working.number},
        "overdue": {late.number} | ({working.number} if _late(working) else set()),
        "all": {row.number for row in Case.objects.all()},
    }
    counts = filters.counts(desk, now=timezone.now())
    assert counts == {tab: str(len(rows)) for tab, rows in shown.items() if tab != "all"}


def cases_ask(case: Case, desk: User) -> None:
    cases.ask(case, "哪一年的证书？", by=desk, now=timezone.now())


def _late(case: Case) -> bool:
    case.refresh_from_db()
    return bool(case.due_at and case.due_at < timezone.now())


def test_the_statement_of_a_role_is_kept_and_counts_for_whoever_asks(desk: User) -> None:
    elsewhere = make_station(parent=None)
    other = make_user(Role.SPECIALIST, station=elsewhere)
    make_case()
    for _round in range(2):
        make_case(station=elsewhere)
    taken = make_case(station=elsewhere)
    actions.take(taken, by=other, now=timezone.now())
    counted = [filters.counts(user, now=timezone.now()) for user in (desk, other, desk)]
    assert [(each["unowned"], each["mine"]) for each in counted] == [("1", "0"), ("2", "1"), ("1", "0")]


def test_counts_stop_at_a_hundred(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "COUNTED", 2)
    for _round in range(4):
        make_case()
    assert filters.counts(desk, now=timezone.now())["todo"] == "2+"


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "压力表"},
        {"q": "gauge"},
        {"q": "北辰卫浴"},
        {"urgency": "urgent"},
        {"channel": "phone"},
        {"overdue": "on"},
        {"until": "2026-01-31"},
        {"tab": "overdue"},
    ],
)
def test_the_queue_is_narrowed_by_words_and_facts(page: Client, asked: dict[str, str]) -> None:
    make_case(text="想申请管理体系认证", now=timezone.now())
    wanted = make_case(
        text="压力表 pressure gauge 到期了",
        channel="phone",
        enterprise=make_enterprise(name="北辰卫浴有限公司"),
        now=timezone.now() - timedelta(days=400),
    )
    Case.objects.filter(pk=wanted.pk).update(urgency="urgent", submitted_at="2026-01-10T02:00:00Z")
    assert numbers(page, **{"tab": "all", **asked}) == [wanted.number]


def test_board_owner_state_and_station_narrow_too(page: Client, desk: User) -> None:
    case, _other = triaged(desk), make_case()
    need = case.needs.get()
    for asked in ({"board": need.board_id}, {"owner": desk.pk}, {"state": "in_service"}):
        assert numbers(page, tab="all", **{name: str(value) for name, value in asked.items()}) == [case.number]
    assert len(numbers(page, tab="all", station=str(case.station_id))) == 2


def test_a_value_that_is_none_is_said_at_the_filter_and_breaks_nothing(page: Client) -> None:
    make_case()
    answer = page.get(QUEUE, {"tab": "none", "urgency": "very", "since": "once", "after": "x~y", "before": "~"})
    assert answer.status_code == 200 and "Enter a valid date" in answer.content.decode()


def test_a_number_leads_straight_to_its_case(page: Client) -> None:
    case = make_case()
    digits = case.number.removeprefix("QS-")
    for typed in (case.number, case.number.lower(), digits, digits.replace("-", ""), f" {case.number[:-2]} "):
        answer = page.get(QUEUE, {"q": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/triage/{case.number}/"), typed
    make_case()
    assert page.get(QUEUE, {"q": case.number[:11]}).status_code == 200


def test_pages_follow_one_another_without_gaps_in_both_directions(desk: User) -> None:
    now = timezone.now()
    for place in range(7):
        make_case(now=now - timedelta(hours=place // 2))
    triaged(desk), triaged(desk)
    rows = Case.objects.visible_to(desk)
    whole = [row.pk for row in by_due.page(rows, size=50).rows]
    seen, cursor, back = [], "", []
    while True:
        found = by_due.page(rows, after=cursor, size=2)
        seen += [row.pk for row in found.rows]
        if not found.more:
            break
        cursor = found.more
    cursor = found.back
    while cursor:
        found = by_due.page(rows, before=cursor, size=2)
        back = [row.pk for row in found.rows] + back
        cursor = found.back
    assert seen == whole and len(whole) == 9
    assert back == whole[: len(back)] and len(back) == 8


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_ten_queries_however_many_rows(
    page: Client, desk: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _round in range(rows):
        case = triaged(desk, enterprise=make_enterprise())
        Presence.objects.create(case=case, user=desk, seen_at=timezone.now())
    SavedView.objects.create(user=desk, name="x", query="tab=all")
    page.get(QUEUE)
    with django_assert_num_queries(QUERIES):
        answer = page.get(QUEUE, {"tab": "all", "q": "检测"})
    assert len(answer.context["page"].rows) == rows


def test_a_full_page_stays_small_and_counts_no_table(page: Client) -> None:
    for _round in range(26):
        make_case(text="这是一段比较长的诉求说明" * 12, enterprise=make_enterprise())
    answer = page.get(QUEUE)
    assert len(answer.context["page"].rows) == 25 and answer.context["page"].more
    assert len(answer.content) <= LARGEST_PAGE


def test_a_country_of_stations_is_gone_down_one_step_at_a_time(page: Client) -> None:
    """Neither the stations of a nation nor its staff stand in one list; whoever is chosen does."""
    province = make_station(parent=make_station())
    town = make_station(parent=province)
    near, far = make_user(Role.SPECIALIST, station=province), make_user(Role.SPECIALIST, station=town)

    def offered(**chosen: object) -> tuple[set[Station], set[User]]:
        form = page.get(QUEUE, chosen).context["filter"].form
        assert not form.errors
        return set(form.fields["station"].queryset), set(form.fields["owner"].queryset)

    stations, people = offered(more=1)
    assert province in stations and town not in stations and not people & {near, far}
    stations, people = offered(station=province.pk)
    assert town in stations and near in people and far not in people
    stations, people = offered(owner=far.pk)
    assert far in people and town not in stations


def test_what_few_narrow_by_is_fetched_when_it_is_opened(page: Client) -> None:
    """The page shows where to look; with one of them in use, or asked for without scripts, they stand there."""
    folded, opened = "Sent from", page.get(f"{QUEUE}filters/").content.decode()
    assert folded in opened and "Contact person" in opened
    assert folded not in page.get(QUEUE).content.decode()
    assert f"{QUEUE}filters/" in page.get(QUEUE).content.decode()
    for asked in ({"more": "1"}, {"state": "submitted"}):
        assert folded in page.get(QUEUE, asked).content.decode()


@pytest.mark.parametrize("asked", [{"q": "测" * 201}, {"q": "测" * 201, "tab": "all"}, {"since": "soon", "q": "x"}])
def test_what_cannot_be_looked_for_is_said_and_narrows_nothing(page: Client, asked: dict[str, str]) -> None:
    answer = page.get(QUEUE, asked)
    assert answer.status_code == 200 and answer.context["filter"].form.errors


def test_nobody_but_the_desk_gets_the_fields() -> None:
    assert client_of(make_user()).get(f"{QUEUE}filters/").status_code == 403


def test_who_is_on_a_case_is_said_for_a_minute(page: Client, desk: User) -> None:
    lead = make_user(Role.TEAM_LEAD, name="刘组长")
    case = make_case()
    held = Presence.objects.create(case=case, user=lead, seen_at=timezone.now())
    assert "刘组长 is on it" in page.get(QUEUE).content.decode()
    Presence.objects.filter(pk=held.pk).update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "is on it" not in page.get(QUEUE).content.decode()


def test_empty_views_say_what_to_do(page: Client) -> None:
    assert "Nothing waits in this view" in page.get(QUEUE).content.decode()
    assert "fewer conditions" in page.get(QUEUE, {"q": "没有这样的词"}).content.decode()


# Saved views


def test_a_filter_is_saved_shown_and_deleted(page: Client, desk: User) -> None:
    here = page.get(QUEUE, {"tab": "mine", "q": "压力表", "after": "~1"}).context["here"]
    page.post("/triage/views/", {"name": "我的压力表", "query": here})
    view = SavedView.objects.get()
    assert (view.user, view.name, "after" in view.query) == (desk, "我的压力表", False)
    assert "我的压力表" in page.get(f"{QUEUE}?{view.query}").content.decode()
    page.post(f"/triage/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 41, "taken"])
def test_a_view_needs_a_new_short_name(page: Client, desk: User, name: str) -> None:
    SavedView.objects.create(user=desk, name="taken", query="tab=all")
    assert page.post("/triage/views/", {"name": name, "query": "tab=mine"}).status_code == 302
    assert SavedView.objects.count() == 1


def test_nobody_deletes_somebody_elses_view(page: Client) -> None:
    view = SavedView.objects.create(user=make_user(Role.SPECIALIST), name="x", query="")
    assert page.post(f"/triage/views/{view.pk}/delete/").status_code == 404
    assert SavedView.objects.exists()
