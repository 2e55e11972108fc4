"""What cannot be read is refused at the edge with 400 and a sentence; no view sees it, and nothing becomes 500."""

import json
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal import api
from portal.accounts.models import User

pytestmark = [pytest.mark.urls("tests.portal.trial_urls"), pytest.mark.django_db]

FORM, API = "/trial/echo/", "/api/trial/echo/"
URLENCODED = "application/x-www-form-urlencoded"
GBK = "需要检定".encode("gbk")


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=a%00b", "%00=1", "q=%ED%A0%80", "q=%FF", "q=%C3", "q=%BC%EC%B2%E2", "q=%EF%BF%BD", "q=%C0%AF"],
)
@pytest.mark.parametrize("address", [FORM, API, "/", "/accounts/sign-in/"])
def test_an_address_that_cannot_be_read_is_refused(client: Client, address: str, query: str) -> None:
    answer = client.get(f"{address}?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert ("cannot be read" in answer.content.decode()) is True


@pytest.mark.parametrize("path", ["/trial/%00/", "/trial/%FF/", "/trial/%ED%A0%80/", "/%BC%EC/"])
def test_a_path_that_cannot_be_read_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_chinese_path_is_read(client: Client) -> None:
    assert client.get("/trial/检定/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"text=%00", b"text=a%00b", b"te%00xt=1", b"text=%ED%A0%80", b"text=%FF", b"text=" + GBK, GBK + b"=1",
        b"text=%BC%EC", b"text=\xff\xfe", b"text=\x00", b"text=%EF%BF%BD",
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", [FORM, "/accounts/sign-in/"])
def test_a_form_that_cannot_be_read_is_refused(client: Client, address: str, body: bytes) -> None:
    assert client.post(address, body, URLENCODED).status_code == 400


@pytest.mark.parametrize("charset", ["gbk", "utf-16", "idna", "zlib", "rot13", "utf-7", "nonsense"])
@pytest.mark.parametrize("kind", [URLENCODED, "multipart/form-data; boundary=x", "application/json"])
def test_another_encoding_is_refused(client: Client, kind: str, charset: str) -> None:
    assert client.generic("POST", FORM, b"text=1", f"{kind}; charset={charset}").status_code == 400


@pytest.mark.parametrize("value", [b"a\x00b", b"\xed\xa0\x80", GBK, b"\xff"], ids=["nul", "surrogate", "gbk", "byte"])
@pytest.mark.parametrize("address", [FORM, API])
def test_parts_of_a_form_that_cannot_be_read_are_refused(client: Client, address: str, value: bytes) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + value + b"\r\n--x--\r\n"
    assert client.post(address, body, "multipart/form-data; boundary=x").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b"--y\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--',
    ],
)
def test_broken_multipart_never_fails_on_our_side(client: Client, body: bytes) -> None:
    assert client.post(FORM, body, "multipart/form-data; boundary=x").status_code in (200, 400)
    assert client.post(FORM, body, "multipart/form-data").status_code == (400 if body else 200)


def test_a_file_whose_name_cannot_be_read_is_not_taken(client: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="' + GBK + b'.pdf"\r\n\r\n1\r\n--x--\r\n'
    assert client.post(FORM, body, "multipart/form-data; boundary=x").json()["files"] == []


def test_good_chinese_text_and_files_come_through(client: Client) -> None:
    answer = client.post(FORM, {"text": "需要检定 🔬 𠮷", "f": SimpleUploadedFile("检定.pdf", b"1")})
    assert answer.json() == {"get": {}, "post": {"text": "需要检定 🔬 𠮷"}, "files": ["f"]}
    assert client.get(FORM, {"q": "检定 🔬"}).json()["get"] == {"q": "检定 🔬"}


@pytest.mark.parametrize("query", ["page=1&page=2", "q=a&q=a", "before=1&before="])
def test_one_thing_named_twice_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{FORM}?{query}").status_code == 400
    assert client.get(f"{API}?{query}").json()["parameter"] == query.partition("=")[0]


def test_filters_may_be_named_more_than_once(client: Client) -> None:
    assert client.get(f"{FORM}?board=metrology&board=ip").status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.generic(method, FORM).status_code == 405


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_cannot_be_changed_by_a_header(client: Client, header: str) -> None:
    assert client.post(FORM, {"a": "1"}, headers={header: "DELETE"}).status_code == 405


@pytest.mark.parametrize("value", ["a\x00b", "\xff\xfe", "需要"])
@pytest.mark.parametrize("header", ["Idempotency-Key", "Authorization", "Cookie", "Accept-Language", "Referer"])
def test_headers_that_cannot_be_read_are_refused(client: Client, header: str, value: str) -> None:
    assert client.get(FORM, headers={header: value}).status_code == 400


@pytest.mark.parametrize("key", ["%00", "x" * 5000, "'; DROP TABLE", "../../etc"])
def test_a_strange_session_cookie_is_nobody(client: Client, key: str) -> None:
    client.cookies["session"] = key
    assert client.get("/accounts/profile/").status_code == 302


def test_too_large_a_form_is_413(client: Client) -> None:
    answer = client.post(FORM, {"text": "长" * 400_000})
    assert answer.status_code == 413
    assert client.post(FORM, {f"f{number}": "1" for number in range(1001)}).status_code == 400


def test_an_over_long_path_is_refused(client: Client) -> None:
    assert client.get("/" + "a" * 3000).status_code == 400


@pytest.mark.parametrize("long", ["长" * 255, "x" * 100_000])
def test_over_long_text_is_said_at_the_field_and_kept(client: Client, long: str) -> None:
    answer = client.post("/accounts/sign-in/", {"username": long, "password": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["username"])
    assert long in answer.content.decode()


# JSON


def post_json(client: Client, body: str | bytes):
    return client.post(API, body, "application/json")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("{", "no JSON"), ("{'a': 1}", "no JSON"), ('{"a": 1} x', "no JSON"), ('{"a":', "no JSON"),
        ('{"a": NaN}', "NaN"), ('{"a": Infinity}', "NaN"), ('{"a": -Infinity}', "NaN"), ('{"a": 1e999}', "too large"),
        ('{"a": 1, "a": 2}', "twice"), ('{"a": {"b": 1, "b": 1}}', "twice"),
        ('{"a": 9223372036854775808}', "too large"), ('{"a": -9223372036854775809}', "too large"),
        ('{"a": ' + "9" * 5000 + "}", "too large"),
        ('{"a": "\\u0000"}', "cannot be read"), ('{"a": "\\ud800"}', "cannot be read"),
        ('{"\\udfff": 1}', "cannot be read"),
        ('{"a": ["x", {"b": "\\ud800x"}]}', "cannot be read"), ("{\"a\": \"\x00\"}", "no JSON"),
        (GBK, "not UTF-8"), (b'{"a": "' + GBK + b'"}', "not UTF-8"), ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        ("[" * 33 + "]" * 33, "nested"), ("[" * 100_000, "nested"), ('{"a":' * 100_000, "nested"),
    ],
)  # fmt: skip
def test_json_that_is_not_strict_is_refused_with_a_reason(client: Client, body: str | bytes, word: str) -> None:
    answer = client.post(API, body, "application/json", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert word in answer.json()["detail"]


def test_json_over_a_megabyte_is_413(client: Client) -> None:
    body = json.dumps({"text": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert post_json(client, body).status_code == 413
    with pytest.raises(api.TooBig):
        api.StrictJSONParser().parse(BytesIO(body.encode()))


def test_strict_json_comes_through(client: Client) -> None:
    body = {
        "text": '检定 [{"\\ 🔬',
        "n": [1, -(2**63), 2**63 - 1, 1.5, None, True],
        "deep": json.loads("[" * 30 + "]" * 30),
    }
    assert post_json(client, json.dumps(body)).json() == {"data": body}
    assert post_json(client, b"\xef\xbb\xbf{}").status_code == 200


def test_another_kind_of_body_is_415(client: Client) -> None:
    assert client.post(API, "<a/>", "text/xml").status_code == 415


@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_edge_fail(client: Client, raw: bytes) -> None:
    for kind in (URLENCODED, "multipart/form-data; boundary=x", "application/json"):
        assert client.post(API if "json" in kind else FORM, raw, kind).status_code in (200, 400, 413)


@hypothesis_settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_depth_is_counted_as_the_parser_would(value: object) -> None:
    def deep(row: object) -> int:
        members = row.values() if isinstance(row, dict) else row if isinstance(row, list) else None
        return 0 if members is None else 1 + max((deep(member) for member in members), default=0)

    assert api.depth(json.dumps(value)) == deep(value)
    assert api.depth(json.dumps(value, ensure_ascii=False)) == deep(value)


@pytest.mark.parametrize("address", ["/accounts/sign-in/", "/accounts/code/", "/accounts/register/"])
@pytest.mark.parametrize(
    "text", ["\u202eevil", "'\"><script>alert(1)</script>", "{{7*7}}", "%s%s", "../..", "𠮷" * 80, "ﷺ" * 80]
)
def test_strange_but_readable_text_is_answered_at_the_field(client: Client, address: str, text: str) -> None:
    answer = client.post(address, {"username": text, "contact": text, "password": text})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert not User.objects.exists()
