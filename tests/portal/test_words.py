"""Text made comparable: what is stripped, what is indexed, what is asked."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal import words

TEXTS = st.text(alphabet="检测认证计量器具实验室体系光刻胶的和，。 aISO/GBT-9001.QS", max_size=40)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  帝欧家居\t", "帝欧家居"),
        ("\ufeff\u200b帝欧\u202e家\u2066居\u200d", "帝欧家居"),
        ("e\u0301tat", "état"),
        ("𠮷野家", "𠮷野家"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_cleaning_takes_away_what_nobody_sees(typed: str, kept: str) -> None:
    assert words.clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＩＳＯ９００１：２０１５", "ISO9001：2015"),
        ("ＧＢ／Ｔ　１９００１－２０１６", "GB/T 19001-2016"),
        ("“你好”，（世界）。", "“你好”，（世界）。"),
        ("ａ＠ｂ．ｃｎ", "a@b.cn"),
    ],
)
def test_folding_halves_letters_and_digits_and_leaves_chinese_signs(typed: str, kept: str) -> None:
    assert words.fold(typed) == kept


@pytest.mark.parametrize(
    ("typed", "number"),
    [("17", 17), ("0", 0), (17, 17), ("9" * 18, 10**18 - 1)]
    + [(typed, None) for typed in ("", None, "-1", "1.5", "²", "٣", "１７", "9" * 19, "1; DROP")],
)
def test_a_number_in_an_address_is_one_that_a_key_may_have(typed: object, number: int | None) -> None:
    assert words.whole(typed) == number


def test_words_come_in_reading_order() -> None:
    assert words.tokens("质量管理体系 ISO9001 认证") == ["质量", "管理", "体系", "管理体系", "iso9001", "认证"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("光刻胶材料检测中心", "光刻"),
        ("光刻胶材料检测中心", "刻胶"),
        ("我们的卫浴企业想做计量器具检定", "卫浴"),
        ("我们的卫浴企业想做计量器具检定", "计量检定"),
        ("企业检定怎么办理", "怎么办理企业的检定"),
        ("电饭锅", "锅"),
        ("Calibration of measuring instruments", "calibrat"),
        ("Calibration of measuring instruments", "the instruments"),
        ("QS-20261121-00042", "QS-20261121-00042"),
        ("QS-20261121-00042", "00042"),
        ("QS-20261121-00042", "ＱＳ２０２６１１２１"),
        ("GB/T 19001-2016 质量管理体系", "GBT19001"),
        ("GB/T 19001-2016 质量管理体系", "GB/T19001"),
        ("GB/T 19001-2016 质量管理体系", "gb/t 19001 管理"),
        ("GBT19001 证书", "GB/T 19001"),
        ("DB33/T 2428-2022", "db33"),
        ("ISO9001认证", "ISO 9001"),
        ("ISO 9001 认证", "iso9001认证"),
        ("3C认证", "3c"),
        ("91350100M000100Y43", "91350100m000100y43"),
        ("𠮷野家检测", "𠮷野"),
    ],
)
def test_a_question_asks_only_for_terms_that_the_text_holds(text: str, question: str) -> None:
    held = words.segment(text).split()
    asked = words.query(question)
    assert asked
    for term in asked:
        assert term in held or any(word.startswith(term) for word in held), (term, held)


@pytest.mark.parametrize(
    ("text", "question"),
    [("计量器具", "认证"), ("GB/T 19001", "GB/T 24001"), ("检测与认证", "测认"), ("QS-20261121-00042", "00043")],
)
def test_what_is_not_in_the_text_is_not_found(text: str, question: str) -> None:
    held = words.segment(text).split()
    assert not all(any(word.startswith(term) for word in held) for term in words.query(question))


def test_a_question_in_postgresql_notation() -> None:
    assert words.tsquery("请问 ISO9001 认证怎么做") == "'iso':* & '9001':* & '认证'"
    assert words.tsquery("光刻胶检测", any_word=True) == "('光刻' & '刻胶') | ('检测')"
    assert words.tsquery("的") == "'的':*"
    assert words.tsquery("，。 --") == ""


def test_a_page_of_text_asks_for_no_more_than_a_few_dozen_short_terms() -> None:
    asked = words.query("检测 认证 " * 5000 + "x" * 9000)
    assert asked == ["检测", "认证"]
    assert [len(term) for term in words.query("x" * 9000)] == [words.TERM_CHARACTERS]
    assert len(words.query(" ".join(str(number) for number in range(1000)))) == words.TERMS_ASKED


@given(TEXTS)
@example("B/B0")
@example("B/B0C")
@example("GB/T19001-2016")
def test_every_text_is_found_by_itself(text: str) -> None:
    held = words.segment(text).split()
    assert all(any(word.startswith(term) for word in held) for term in words.query(text))


@given(st.text(max_size=60))
def test_terms_hold_nothing_that_a_tsquery_reads_as_a_sign(text: str) -> None:
    assert not set("".join(words.query(text))) & set("'\\:&|!()<>* \0")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("成都市", "chengdushi cds"),
        ("重庆", "chongqing cq"),
        ("绿园", "lvyuan ly"),
        ("ABB 中国", "abbzhongguo azg"),
        ("", ""),
    ],
)
def test_pinyin_keys(text: str, key: str) -> None:
    assert words.pinyin_key(text) == key
