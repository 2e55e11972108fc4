import pytest
from django.core.exceptions import ValidationError

from services.boards.ip import numbers
from services.boards.ip.models import Right


@pytest.mark.parametrize("number", ["201310699744.2", "97101765.4", "95115608.X"])
def test_the_check_digit_of_known_applications_fits(number: str) -> None:
    body, _dot, digit = number.partition(".")
    assert numbers.check_digit(body) == digit


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ZL 2013 1 0699744.2", "201310699744.2"),
        ("ＺＬ２０１３１０６９９７４４．２", "201310699744.2"),
        ("2013106997442", "201310699744.2"),
        ("cn97101765.4", "97101765.4"),
        ("971017654", "97101765.4"),
        ("95115608x", "95115608X"),  # as well a trademark: left as it is
        ("g1234567a", "G1234567A"),
        ("2021SR0123456", "2021SR0123456"),
    ],
)
def test_a_number_is_tidied_as_far_as_it_has_one_reading(typed: str, kept: str) -> None:
    assert numbers.tidy(typed) == kept


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("invention", "201310699744.3"),
        ("invention", "20131069974.2"),
        ("invention", "95115608X"),
        ("utility_model", "201310699744.2"),
        ("design", "9" * 5000),
        ("invention", "２０１３"),
        ("trademark", "1234"),
        ("trademark", "123456789"),
        ("trademark", "12345678XY"),
    ],
)
def test_a_wrong_number_is_explained_at_its_field(kind: str, number: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Right(kind=kind, number=number, title="x", classes=[9]).clean()
    assert list(refused.value.message_dict) == ["number"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [("trademark", "12345"), ("trademark", "G1234567A"), ("copyright", "2021SR0123456"), ("gi", "AGI2008-03-00043")],
)
def test_numbers_of_other_rights_are_taken(kind: str, number: str) -> None:
    Right(kind=kind, number=number, title="x", classes=[9]).clean()


def test_a_trademark_has_classes() -> None:
    with pytest.raises(ValidationError) as refused:
        Right(kind="trademark", number="12345678", title="x").clean()
    assert list(refused.value.message_dict) == ["classes"]
