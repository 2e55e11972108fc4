"""What is suggested for what people say, with which words for it, and that nothing comes of it by itself."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.triage.suggestion import sources
from services.triage.suggestion.engine import MOST_ITEMS, Suggester
from services.triage.suggestion.results import Evidence, Example, ItemRow, Suggestion
from tests.services.triage.suggesting import BOARDS, item_rows, suggester


def suggest(text: str, **more: object) -> Suggestion:
    return suggester().suggest(text, **more)


def first(text: str) -> tuple[str, str]:
    found = suggest(text)
    return found.boards[0].code, found.items[0].code


def all_evidence(found: Suggestion) -> list[Evidence]:
    rows = [*found.boards, *found.items, found.urgency, *([found.out_of_scope] if found.out_of_scope else [])]
    return [evidence for row in rows for evidence in row.evidence]


def test_two_wishes_in_one_sentence_bring_up_both_boards() -> None:
    found = suggest("我们做卫浴的，计量器具要检定，研发实验室也要认可")
    assert {board.code for board in found.boards[:2]} == {"SM", "CA"}
    assert {"SM-01", "CA-18"} <= {item.code for item in found.items[:4]}


@pytest.mark.parametrize(
    ("text", "board", "item"),
    [
        ("如何报名参加国内外会展和品牌宣传活动？", "MC", "MC-13"),
        ("如何导入先进质量管理方法？", "MC", "MC-04"),
        ("how do we sign up for trade fairs?", "MC", "MC-13"),
        ("客户要我们出SGS报告", "TI", "TI-01"),
        ("仪表到期", "SM", "SM-01"),
        ("想租个电波暗室", "LS", "LS-16"),
        ("商标被抢注", "IP", "IP-09"),
        ("过CCC要多久", "CA", "CA-05"),
        ("被抽检不合格", "TI", "TI-03"),
        ("研发实验室想做认证", "CA", "CA-18"),
        ("商表注册", "IP", "IP-08"),
        ("商標註冊", "IP", "IP-08"),
        ("ＩＳＯ９００１", "CA", "CA-01"),
        ("iso-9001 certificate", "CA", "CA-01"),
    ],
)
def test_what_people_say_is_understood(text: str, board: str, item: str) -> None:
    assert first(text) == (board, item)


def test_a_firm_that_consumers_complain_about_is_helped_and_not_sent_away() -> None:
    found = suggest("被消费者投诉产品质量怎么改进")
    assert (found.out_of_scope, found.items[0].code) == (None, "MC-20")


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("我买的手机用了三天就坏了，商家不给退", "12315"),
        ("举报隔壁店卖假酒", "12315"),
        ("楼上装修噪音扰民", "12345"),
        ("怎么办营业执照", "hall"),
        ("增值税发票怎么开", "tax"),
        ("社保断缴了怎么补", "social"),
        ("老板拖欠工资三个月，想劳动仲裁", "court"),
        ("仓库被偷了", "police"),
        ("征地补偿不公，要上访", "petition"),
    ],
)
def test_what_another_office_settles_is_shown_the_right_door(text: str, door: str) -> None:
    found = suggest(text)
    assert found.out_of_scope is not None
    assert found.out_of_scope.code == door
    assert found.out_of_scope.evidence
    assert door in sources.read().doors


def test_every_word_of_evidence_stands_where_it_is_said_to_stand() -> None:
    for example in sources.examples()[::7]:
        for evidence in all_evidence(suggest(example.text)):
            assert evidence.start is not None
            assert evidence.end is not None
            assert evidence.text == example.text[evidence.start : evidence.end]
            assert evidence.text.strip()


def test_every_first_suggestion_says_which_words_spoke_for_it() -> None:
    for example in sources.examples()[::5]:
        found = suggest(example.text)
        best = found.out_of_scope or found.items[0]
        assert best.evidence or best.code == "spam", example.text


def test_scores_are_shares_and_fall() -> None:
    for example in sources.examples()[::11]:
        found = suggest(example.text)
        scores = [item.score for item in found.items]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) <= MOST_ITEMS
        assert all(0 <= row.score <= 1 for row in (*found.boards, *found.items, found.urgency))


def test_the_same_text_always_gets_the_same_suggestion() -> None:
    again = Suggester.build(item_rows(), BOARDS, sources.examples())
    for example in sources.examples()[::50]:
        assert again.suggest(example.text) == suggest(example.text)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = suggest(text)
    assert found.urgency.code in {"low", "normal", "high", "urgent"}
    for evidence in all_evidence(found):
        assert evidence.start is None or text[evidence.start : evidence.end] == evidence.text
    suggester().match_items(text)


@pytest.mark.parametrize("text", ["", "   ", "。。。", "😀😀", "?!", "\n\t"])
def test_a_text_without_words_is_not_taken_for_a_need(text: str) -> None:
    found = suggest(text)
    assert (found.boards, found.items) == ((), ())
    assert found.out_of_scope is not None
    assert found.missing[0] == "what_is_wanted"


def test_a_very_long_text_is_read_from_its_beginning() -> None:
    assert suggest("想注册商标。" + "啊" * 200_000).items[0].code == "IP-08"


def test_a_confirmed_decision_speaks_for_a_like_case_and_is_named() -> None:
    text = "给无人机喷的那种粉做个吹散看看"
    before = {item.code: item.score for item in suggest(text).items}
    learnt = Example("无人机喷粉吹散看看均匀", ("LS",), ("LS-16",), decision="QS-20261120-00007")
    found = Suggester.build(item_rows(), BOARDS, [*sources.examples(), learnt]).suggest(text)
    assert found.items[0].code == "LS-16"
    assert found.items[0].score > before.get("LS-16", 0.0)
    decisions = [evidence for evidence in found.items[0].evidence if evidence.kind == "decision"]
    assert [(evidence.text, evidence.start, evidence.end) for evidence in decisions] == [
        ("QS-20261120-00007", None, None)
    ]


def test_a_decision_for_another_door_without_a_known_name_is_learnt_too() -> None:
    learnt = Example("蓝火星球传送门办理", ("OUT",), door="other", decision="QS-20261120-00008")
    found = Suggester.build(item_rows(), BOARDS, [learnt]).suggest("蓝火星球传送门")
    assert found.out_of_scope is not None
    assert found.out_of_scope.code == "other"


def test_words_a_curator_adds_count_at_the_next_build() -> None:
    text = "想办泽塔玛什"
    assert suggest(text).items == () or suggest(text).items[0].code != "LS-09"
    rows = [
        replace(row, keywords_zh=(*row.keywords_zh, "泽塔玛什")) if row.code == "LS-09" else row for row in item_rows()
    ]
    found = Suggester.build(rows, BOARDS, sources.examples()).suggest(text)
    assert found.items[0].code == "LS-09"
    assert ("keyword", "泽塔玛什") in {(evidence.kind, evidence.text) for evidence in found.items[0].evidence}


def test_an_item_that_is_not_offered_is_never_suggested() -> None:
    rows = [row for row in item_rows() if row.code != "IP-08"]
    found = Suggester.build(rows, BOARDS, sources.examples()).suggest("想注册商标")
    assert found.boards[0].code == "IP"
    assert "IP-08" not in {item.code for item in found.items}


def test_a_seventh_board_needs_only_rows() -> None:
    row = ItemRow("FN-01", "FN", name_zh="绿色工厂星级评定", keywords_zh=("星级评定", "绿厂评星"))
    found = Suggester.build([*item_rows(), row], (*BOARDS, "FN"), sources.examples()).suggest("绿厂评星星级评定")
    assert (found.boards[0].code, found.items[0].code) == ("FN", "FN-01")


def test_without_a_service_item_there_is_nothing_to_build() -> None:
    with pytest.raises(ValueError, match="no service item"):
        Suggester.build([], BOARDS, sources.examples())


def test_while_typing_items_match_and_other_doors_do_not() -> None:
    found = suggester().match_items("地磅要检定", limit=3)
    assert found[0].code == "SM-01"
    assert len(found) == 3
    assert suggester().match_items("怎么办营业执照") == ()
    assert suggester().match_items("") == ()


def test_what_is_missing_begins_with_the_deadline_question() -> None:
    found = suggest("想申报市长质量奖")
    assert found.items[0].code == "MC-05"
    assert "product" in found.missing
    questions = [code for code in found.missing if code not in {"product", "what_is_wanted"}]
    assert questions[0] == "application_deadline"


def test_a_date_and_an_industry_are_not_asked_for_again() -> None:
    missing = suggest("市长质量奖12月10日截止，想请人辅导申报", industry="灯具", today=date(2026, 11, 21)).missing
    assert "product" not in missing
    assert "application_deadline" not in missing
