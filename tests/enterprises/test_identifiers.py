"""The unified social credit code: what is accepted, and how a mistake is explained."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as standard

from enterprises.identifiers import (
    ALPHABET,
    Problem,
    check_uscc,
    normalise_uscc,
    organisation_check,
    validate_uscc,
)

GENUINE = [
    "91350100M000100Y43",
    "91510185MA6A000155",
    "91510100MA6A00023U",
    "91500118MA6A00031M",
    "91442000MA6A0004XP",
    "91510112MA6A00058T",
    "91510700MA6A000668",
]


@pytest.mark.parametrize("code", GENUINE)
def test_a_right_code_is_accepted_without_a_word(code: str) -> None:
    checked = check_uscc(code)
    assert (checked.ok, checked.value, checked.message, checked.warning) == (True, code, "", "")
    assert validate_uscc(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "9135 0100 M000 100Y 43",
        " 91350100m000100y43\t",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100-M000100Y4-3\u200b",
    ],
)
def test_spaces_dashes_width_and_case_do_not_matter(typed: str) -> None:
    assert normalise_uscc(typed) == "91350100M000100Y43"
    assert check_uscc(typed).ok


@pytest.mark.parametrize(
    ("typed", "problem", "said"),
    [
        ("", Problem.EMPTY, "Enter the 18 characters of the unified social credit code."),
        (
            "91350100M000100Y4",
            Problem.LENGTH,
            "A unified social credit code has 18 characters; this one has 17.",
        ),
        (
            "91350100M000100Y4Z",
            Problem.CHARACTER,
            "“Z” at position 18 cannot occur in this code; is it a 2?",
        ),
        (
            "91350100MO00100Y43",
            Problem.CHARACTER,
            "“O” at position 10 cannot occur in this code; is it a 0?",
        ),
        ("91350100M00V100Y43", Problem.CHARACTER, "“V” at position 12 cannot occur in this code."),
        ("91350100M000100Y4公", Problem.CHARACTER, "“公” at position 18 cannot occur in this code."),
        (
            "91A50100M000100Y43",
            Problem.REGION,
            "Positions 3 to 8 are the registration area and must be digits.",
        ),
        (
            "91350100M000100Y44",
            Problem.CHECK,
            (
                "The last character does not fit the others: it would have to be “3”, not “4”. "
                "Please compare with the business licence."
            ),
        ),
    ],
)
def test_each_mistake_is_named_where_it_is(typed: str, problem: Problem, said: str) -> None:
    with override("en"):
        checked = check_uscc(typed)
        assert (checked.ok, checked.problem, str(checked.message)) == (False, problem, said)
        with pytest.raises(ValidationError) as refused:
            validate_uscc(typed)
        assert (refused.value.code, refused.value.messages) == (problem.value, [said])


@pytest.mark.parametrize("start", ["91", "92", "93", "11", "52", "N2", "Y1"])
def test_every_kind_of_organisation_is_welcome(start: str) -> None:
    body = f"{start}510185MA6A00015"
    assert check_uscc(body + standard.calc_check_digit(body)).ok


def test_an_unusual_organisation_code_is_only_a_warning() -> None:
    body = "91510185MA6A00014"
    checked = check_uscc(body + standard.calc_check_digit(body))
    with override("en"):
        assert checked.ok
        assert str(checked.warning).startswith("The organisation code inside (positions 9 to 17) is unusual.")


@pytest.mark.parametrize(("body", "check"), [("M000100Y", "4"), ("MA6A0004", "X"), ("MA6A0001", "5")])
def test_the_check_character_of_an_organisation_code(body: str, check: str) -> None:
    assert organisation_check(body) == check


@given(st.sampled_from(GENUINE), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_no_single_wrong_character_passes(code: str, position: int, character: str) -> None:
    changed = code[:position] + character + code[position + 1 :]
    assert check_uscc(changed).ok is (changed == code)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_check(text: str) -> None:
    assert check_uscc(text).value == normalise_uscc(text)
