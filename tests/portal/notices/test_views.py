from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.notices.actions import Recipient, tell
from portal.notices.models import Notice
from tests.factories import NOW, make_user
from tests.portal.notices.conftest import FACTS

LIST = "/notices/"


@pytest.fixture
def user() -> User:
    return make_user(email="a@example.com")


@pytest.fixture
def reader(user: User, client: Client) -> Client:
    client.force_login(user)
    return client


def told(user: User, count: int = 1, event: str = "one_time_code") -> list[Notice]:
    for number in range(count):
        tell([Recipient(user=user)], event, key=f"k{number}", facts=FACTS, path="/help/", now=NOW)
    return list(Notice.objects.filter(user=user).order_by("pk"))


def test_nobody_reads_notices_without_signing_in(client: Client, db: None) -> None:
    assert client.get(LIST).status_code == 302
    assert client.post("/notices/read/").status_code == 401
    assert client.post("/notices/1/open/").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "通知"), ("en", "Notices")])
def test_the_page_and_its_words_are_in_the_language_read_now(
    reader: Client, user: User, event: str, language: str, words: str
) -> None:
    told(user, event=event)
    reader.cookies["django_language"] = language
    body = reader.get(LIST, headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}">' in body
    assert f"{language} &lt;b&gt;" in body
    assert "<b>{{ 7" not in body


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    reader: Client, user: User, event: str, count: int, django_assert_num_queries: Callable
) -> None:
    told(user, count, event=event)
    reader.get(LIST)
    with django_assert_num_queries(5):  # session, user, the transaction's two, notices, unread
        reader.get(LIST)


@pytest.mark.django_db
def test_the_empty_list_says_what_will_be_there(reader: Client) -> None:
    assert "bi-bell" in reader.get(LIST).content.decode()


@pytest.mark.django_db
def test_looking_marks_nothing_and_opening_marks_one(reader: Client, user: User) -> None:
    first, second = told(user, 2)
    reader.get(LIST)
    assert Notice.objects.unread().count() == 2
    answer = reader.post(reverse("notices:open", args=[first.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert list(Notice.objects.unread()) == [second]
    read_at = Notice.objects.get(pk=first.pk).read_at
    reader.post(reverse("notices:open", args=[first.pk]))
    assert Notice.objects.get(pk=first.pk).read_at == read_at


@pytest.mark.django_db
def test_a_notice_without_a_page_leads_back_to_the_list(reader: Client, user: User) -> None:
    (notice,) = told(user)
    Notice.objects.update(path="")
    assert reader.post(reverse("notices:open", args=[notice.pk]))["Location"] == LIST


@pytest.mark.django_db
def test_all_read_means_all_that_were_on_the_page(reader: Client, user: User) -> None:
    shown, arrived_since = told(user, 2)
    answer = reader.post("/notices/read/", {"newest": shown.pk})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert list(Notice.objects.unread()) == [arrived_since]


@pytest.mark.django_db
@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 40, "²"])
def test_nonsense_marks_nothing(reader: Client, user: User, newest: str) -> None:
    told(user)
    assert reader.post("/notices/read/", {"newest": newest}).status_code == 302
    assert Notice.objects.unread().count() == 1


@pytest.mark.django_db
def test_another_persons_notice_is_not_there(reader: Client) -> None:
    stranger = make_user()
    (foreign,) = told(stranger)
    assert reader.post(reverse("notices:open", args=[foreign.pk])).status_code == 404
    reader.post("/notices/read/", {"newest": foreign.pk})
    assert Notice.objects.unread().count() == 1
    assert "bi-bell" in reader.get(LIST).content.decode()


@pytest.mark.django_db
def test_nothing_is_marked_by_a_get(reader: Client, user: User) -> None:
    (notice,) = told(user)
    assert reader.get(reverse("notices:open", args=[notice.pk])).status_code == 405
    assert reader.get("/notices/read/").status_code == 405
    assert Notice.objects.unread().count() == 1


@pytest.mark.django_db
def test_pages_follow_one_another_newest_first(reader: Client, user: User, event: str) -> None:
    notices = told(user, 30, event=event)
    first = reader.get(LIST)
    assert [line.notice.pk for line in first.context["lines"]] == [notice.pk for notice in notices[:4:-1]]
    older = reader.get(LIST, {"before": first.context["page"].older})
    assert [line.notice.pk for line in older.context["lines"]] == [notice.pk for notice in notices[4::-1]]


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "shown"), [(0, None), (3, "3"), (100, "99+")])
def test_the_bell_counts_to_ninety_nine(reader: Client, user: User, count: int, shown: str | None) -> None:
    told(user, count)
    body = reader.get(LIST).content.decode()
    assert (f'<span class="dot">{shown}' in body) if shown else ('class="dot"' not in body)
