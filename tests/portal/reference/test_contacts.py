"""Phone numbers and mail addresses as they are typed, stored and shown."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.reference import contacts


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800001234", "+8613800001234"),
        ("138 0000 1234", "+8613800001234"),
        ("１３８－００００－１２３４", "+8613800001234"),
        ("+86 138 0000 1234", "+8613800001234"),
        ("8613800001234", "+8613800001234"),
        ("0086 13800001234", "+8613800001234"),
        ("\u202a13800001234\u202c", "+8613800001234"),
        ("023-4980 1234", "+862349801234"),
        ("（028）8612 3456", "+862886123456"),
        ("010-62345678", "+861062345678"),
        ("0760-88881234", "+8676088881234"),
        ("+86 (0)760 88881234", "+8676088881234"),
        ("+86-760-88881234", "+8676088881234"),
        ("0830-3123456", "+868303123456"),
        ("400-800-1234", "+864008001234"),
        ("+49 (30) 1234-5678", "+493012345678"),
        ("00852 2345 6789", "+85223456789"),
        ("+1 212 555 0123", "+12125550123"),
    ],
)
def test_a_number_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert contacts.normalise_phone(typed) == stored
    assert contacts.normalise_phone(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_empty"),
        ("   ", "phone_empty"),
        ("12800001234", "phone_form"),
        ("1380000123", "phone_form"),
        ("138000012345", "phone_form"),
        ("88881234", "phone_area_code"),
        ("023-49801234转12", "phone_extension"),
        ("023-49801234 ext. 5", "phone_extension"),
        ("+0123456", "phone_form"),
        ("+49", "phone_form"),
        ("call me", "phone_form"),
        ("110", "phone_form"),
        ("+8612345", "phone_form"),
        ("13800001234\x00", "phone_form"),
    ],
)
def test_a_number_that_nobody_can_call_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        contacts.normalise_phone(typed)
    assert refused.value.code == code


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_a_clear_refusal(text: str) -> None:
    try:
        stored = contacts.normalise_phone(text)
    except ValidationError as refused:
        assert refused.code.startswith("phone_")
    else:
        assert stored.startswith("+")
        assert stored[1:].isascii()
        assert stored[1:].isdigit()
        assert len(stored) <= 16


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_accepted_and_masked(number: str) -> None:
    stored = contacts.normalise_phone(number)
    assert contacts.is_mobile(stored)
    masked = contacts.mask_phone(stored)
    assert masked == f"{number[:3]}****{number[7:]}"


@pytest.mark.parametrize(
    ("stored", "shown", "masked"),
    [
        ("+8613800001234", "138 0000 1234", "138****1234"),
        ("+862349801234", "023-49801234", "023-****34"),
        ("+8676088881234", "0760-88881234", "0760-****34"),
        ("+861062345678", "010-62345678", "010-****78"),
        ("+864008001234", "400-800-1234", "400****34"),
        ("+493012345678", "+493012345678", "+49****78"),
        ("", "", ""),
    ],
)
def test_a_stored_number_is_shown_and_masked(stored: str, shown: str, masked: str) -> None:
    assert (contacts.show_phone(stored), contacts.mask_phone(stored)) == (shown, masked)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Zhang@Example.COM ", "zhang@example.com"),
        ("ｌｉ＠ｅｘａｍｐｌｅ．ｃｎ", "li@example.cn"),
        ("a+b@x.com", "a+b@x.com"),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert contacts.normalise_email(typed) == stored


@pytest.mark.parametrize(("typed", "code"), [("", "email_empty"), ("zhang", "email_form"), ("a@b", "email_form")])
def test_what_is_no_address_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        contacts.normalise_email(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("address", "masked"),
    [("zhang@example.com", "z***@example.com"), ("a@b.cn", "a***@b.cn"), ("", ""), ("odd", "***")],
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert contacts.mask_email(address) == masked
