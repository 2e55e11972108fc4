"""The same form or call sent again, at once or later, has one effect and one answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.template import engines
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Attempt, User
from portal.idempotency import keys
from portal.idempotency.models import IdempotencyKey

pytestmark = pytest.mark.urls("tests.portal.trial_urls")

PAGE, API = "/trial/count/", "/api/trial/count/"
KEY = "a-key-of-a-form-1"
AT_ONCE = 50


def effects() -> int:
    return Attempt.objects.filter(door="effect").count()


def send(client: Client, key: str = KEY, text: str = "we need a calibration", **more: object):
    return client.post(PAGE, {"idempotency_key": key, "text": text, **more})


def call(client: Client, key: str | None = KEY, body: object = None, **more: str):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post(
        API, json.dumps(body if body is not None else {"text": "x"}), "application/json", headers={**headers, **more}
    )


def test_every_rendering_has_a_fresh_key() -> None:
    template = engines["django"].from_string("{% idempotency_key %}")
    first, second = template.render(), template.render()
    assert first != second
    assert first.startswith('<input type="hidden" name="idempotency_key" value="')


def test_the_same_form_again_leads_to_the_same_place(client: Client, db: None) -> None:
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert effects() == 1


def test_the_same_key_with_another_text_is_refused_and_the_text_is_kept(client: Client, db: None) -> None:
    send(client)
    answer = send(client, text="and something else")
    assert (answer.status_code, effects()) == (422, 1)
    assert "and something else" in answer.content.decode()


def test_the_same_key_with_another_file_is_refused(client: Client, db: None) -> None:
    def with_file(content: bytes):
        return send(client, upload=SimpleUploadedFile("plan.pdf", content))

    assert [with_file(b"one").status_code, with_file(b"one").status_code, with_file(b"two").status_code] == [
        302,
        302,
        422,
    ]


def test_a_form_with_an_error_may_be_sent_again_corrected(client: Client, db: None) -> None:
    assert send(client, text="bad").status_code == 422
    assert send(client, text="good").status_code == 302
    assert effects() == 1


def test_a_refused_request_leaves_no_key_behind(client: Client, db: None) -> None:
    assert send(client, text="late failure").status_code == 409
    assert (effects(), IdempotencyKey.objects.count()) == (0, 0)
    assert send(client, text="late failure").status_code == 409


def test_without_a_key_each_sending_counts(client: Client, db: None) -> None:
    assert [send(client, key="").status_code for _ in range(2)] == [302, 302]
    assert effects() == 2


@pytest.mark.parametrize("key", ["short", "k" * 201, "with space here", "schlüssel-lang", "null\x7fbyte-key"])
def test_a_key_that_cannot_be_one_is_refused(client: Client, db: None, key: str) -> None:
    assert send(client, key=key).status_code == 400
    assert effects() == 0


def test_a_key_belongs_to_its_user(client: Client, django_user_model: type[User]) -> None:
    for name in ("lin", "zhou"):
        client.force_login(django_user_model.objects.get_or_create(username=name)[0])
        assert send(client).status_code == 302
    assert effects() == 2


def test_a_key_belongs_to_its_address(client: Client, db: None) -> None:
    send(client)
    assert client.post("/accounts/profile/about/", {"idempotency_key": KEY}).status_code == 401
    assert call(client).status_code == 201


def test_an_api_post_needs_a_key(client: Client, db: None) -> None:
    answer = call(client, key=None)
    assert (answer.status_code, answer["Content-Type"], effects()) == (400, "application/problem+json", 0)
    assert client.get(API).json() == {"count": 0}


def test_an_api_call_again_gets_the_same_answer(client: Client, db: None) -> None:
    first, again = call(client), call(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), first["Location"]) == (again.json(), again["Location"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert effects() == 1


def test_the_order_of_members_does_not_matter(client: Client, db: None) -> None:
    call(client, body={"a": 1, "b": [1, 2]})
    assert call(client, body={"b": [1, 2], "a": 1}).status_code == 201
    assert call(client, body={"b": [2, 1], "a": 1}).status_code == 422
    assert effects() == 1


@pytest.mark.parametrize(("text", "status"), [("conflict", 409), ("refused", 400)])
def test_an_api_refusal_is_not_remembered(client: Client, db: None, text: str, status: int) -> None:
    assert [call(client, body={"text": text}).status_code for _ in range(2)] == [status, status]
    assert IdempotencyKey.objects.count() == 0


def test_keys_are_forgotten_after_seven_days(client: Client, db: None) -> None:
    send(client)
    assert keys.purge(now=timezone.now() + timedelta(days=6, hours=23)) == 0
    assert keys.purge(now=timezone.now() + timedelta(days=7, minutes=1)) == 1


def together(work: object, times: int = AT_ONCE) -> list[int]:
    barrier = Barrier(times)

    def one(_number: int) -> int:
        barrier.wait()
        try:
            return work().status_code  # type: ignore[operator]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_forms_at_once_have_one_effect() -> None:
    answers = together(lambda: send(Client()))
    assert effects() == 1
    assert set(answers) <= {302, 409}
    assert answers.count(302) >= 1


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_calls_at_once_have_one_effect() -> None:
    answers = together(lambda: call(Client()))
    assert effects() == 1
    assert set(answers) <= {201, 409}


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_key_each_of_fifty_has_its_effect() -> None:
    together(lambda: Client().post("/trial/count-unguarded/", {"idempotency_key": KEY, "text": "x"}))
    assert effects() == AT_ONCE
