"""The parts of the engine: units with offsets, cues, urgency from facts, and the word lists themselves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.suggestion import bayes, sources
from services.triage.suggestion.ground import ground
from services.triage.suggestion.lexicon import Lexicon, meet, parse
from services.triage.suggestion.memory import Memory, Past
from services.triage.suggestion.postings import Postings, key_of
from services.triage.suggestion.text import Reader, stem
from tests.services.triage.suggesting import item_rows


@pytest.mark.parametrize(
    ("raw", "units"),
    [
        ("ISO9001认证", ("iso", "9001", "认", "证")),
        ("iso-9001 认证", ("iso", "9001", "认", "证")),
        ("ＩＳＯ ９００１認證", ("iso", "9001", "认", "证")),
        ("3C", ("3", "c")),
        ("calibrated, calibration & calibrate", ("calibr", "calibr", "calibr")),
        ("商表", ("商", "标")),
    ],
)
def test_spellings_of_one_thing_are_read_alike(raw: str, units: tuple[str, ...]) -> None:
    assert ground().reader.read(raw).units == units


@given(st.text(max_size=200))
def test_every_unit_points_back_at_what_was_typed(raw: str) -> None:
    text = ground().reader.read(raw)
    at = 0
    for start, end in zip(text.starts, text.ends, strict=True):
        assert at <= start < end <= len(raw) or (start < end and start >= at - 1)
        at = start
    assert len(text.units) == len(text.starts) == len(text.after_break)


@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_a_stem_is_never_empty(word: str) -> None:
    assert stem(word)


def test_a_cue_needs_all_its_groups_on_different_words_and_none_of_the_forbidden() -> None:
    reader = Reader()
    rules = [parse("CA-18", 3, "@lab & 认证|认可 & !体系文件")]
    lexicon = Lexicon(reader, {"lab": ["实验室", "实验室认证"]}, rules)

    def fired(words: str) -> list[str]:
        return [one.code for one in lexicon.fire(lexicon.trie.find(reader.read(words)))]

    assert fired("实验室想做认可") == ["CA-18"]
    assert fired("实验室") == []
    assert fired("认证") == []
    assert fired("实验室认证要体系文件") == []


def test_phrases_do_not_reach_over_punctuation() -> None:
    reader = Reader()
    lexicon = Lexicon(reader, {"gauge": ["卡尺"]}, [])
    assert lexicon.trie.find(reader.read("刷卡，尺寸")) == {}
    assert lexicon.trie.find(reader.read("卡 尺")) == {"@gauge": [(0, 1)]}


def test_a_cue_that_asks_for_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="asks for nothing"):
        parse("CA-18", 3, "!认证")


def test_groups_do_not_share_a_word() -> None:
    assert meet((("a",), ("b",)), {"a": [(0, 2)], "b": [(1, 1)]}) == ()
    assert meet((("a",), ("b",)), {"a": [(0, 2)], "b": [(1, 1), (4, 4)]}) == ((0, 2), (4, 4))


def test_only_what_speaks_for_a_class_is_kept() -> None:
    counts = bayes.Counts()
    counts.add("A", [bayes.Tally.of({"red": 1.0, "both": 1.0})])
    counts.add("B", [bayes.Tally.of({"blue": 1.0, "both": 1.0})])
    odds = counts.weights().of({"red": 1.0, "green": 1.0})
    assert [code for code, _ in odds["red"]] == ["A"]
    assert odds["green"] == []
    assert bayes.score(odds, {"red": 1.0}).keys() == {"A"}
    assert counts.only({"A"}).of_class.keys() == {"A"}


def test_what_a_class_shows_is_added_up_and_a_copy_leaves_it_alone() -> None:
    counts = bayes.Counts()
    counts.add("A", [bayes.Tally.of({"red": 1.0}), bayes.Tally.of({"red": 0.5, "blue": 1.0})])
    counts.only({"A"}).add("A", [bayes.Tally.of({"red": 9.0})])
    assert [weight for _, weight in counts.of_class["A"]] == [1.5, 1.0]
    whole = counts.grouped(lambda code: "board")
    assert [*whole.of_class["board"]] == [*counts.of_class["A"]]


@given(st.dictionaries(st.text(max_size=4), st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), min_size=1)))
def test_postings_hold_what_a_dictionary_would(known: dict[str, list[tuple[int, float]]]) -> None:
    longest = max(map(len, known.values()), default=0)
    turns = [(name, found[turn]) for turn in range(longest) for name, found in known.items() if turn < len(found)]
    postings = Postings((key_of(name), number, value) for name, (number, value) in turns)
    assert {name: postings.of(name) for name in known} == known
    assert postings.of("never said") == []


def test_words_that_look_alike_in_memory_are_told_apart() -> None:
    assert hash("ce") == hash("散")
    assert key_of("ce") != key_of("散")


def test_memory_keeps_to_cases_that_are_alike() -> None:
    memory = Memory([(Past("QS-1", ("A",)), bayes.Tally.of({"x": 0.8, "y": 0.6}))])
    assert [past.decision for _, past in memory.similar({"x": 1.0})] == ["QS-1"]
    assert memory.similar({"z": 1.0}) == []


TODAY = date(2026, 11, 21)


def urgency(raw: str, today: date | None = TODAY) -> str:
    return ground().urgency.judge(ground().reader.read(raw), today=today).code


@pytest.mark.parametrize(
    ("raw", "level"),
    [
        ("行车被封，整条线都停了", "urgent"),
        ("货被海关扣了", "urgent"),
        ("our container is stuck at customs", "urgent"),
        ("电热毯把客户烫伤了", "urgent"),
        ("还剩三天就截止", "urgent"),
        ("客户明天来验厂", "urgent"),
        ("within 2 days", "urgent"),
        ("我们要在48小时内答复", "urgent"),
        ("11月25日截止", "urgent"),
        ("抽检不合格，想申请复检", "high"),
        ("只有十五天可以提异议", "high"),
        ("two weeks left", "high"),
        ("月底前要补上", "high"),
        ("12月10日前要交", "high"),
        ("证书快到期了", "high"),
        ("2月10日前要交", "normal"),
        ("三个月内要办完", "normal"),
        ("想做个检测", "normal"),
        ("急！！！快点！！！", "normal"),
        ("停了三天", "normal"),
        ("用了三天就坏", "normal"),
        ("三天前送的样", "normal"),
        ("用了半年就生锈", "normal"),
        ("以后想做，不急", "low"),
        ("先了解一下", "low"),
        ("just asking", "low"),
        ("先了解一下，但是货被海关扣了", "urgent"),
    ],
)
def test_urgency_follows_facts_and_not_tone(raw: str, level: str) -> None:
    assert urgency(raw) == level


def test_a_named_day_counts_as_near_while_nobody_says_what_day_it_is() -> None:
    assert urgency("2月10日前要交", today=None) == "high"


def test_an_impossible_date_is_no_date() -> None:
    assert urgency("13月40日前要交") == "normal"


def test_every_cue_and_saying_names_an_item_of_the_catalogue() -> None:
    codes = {row.code for row in item_rows()}
    words = sources.read()
    assert {cue["code"] for cue in words.cues} == codes
    assert words.sayings.keys() == codes
    assert words.doors.keys() == {cue["code"] for cue in words.out_cues} == words.out_sayings.keys()


def test_every_concept_a_cue_uses_exists() -> None:
    words = sources.read()
    used = {
        term.strip().lstrip("!")
        for cue in (*words.cues, *words.out_cues, *words.urgency)
        for text in cue["any"]
        for part in text.split("&")
        for term in part.strip().lstrip("!").split("|")
        if term.strip().lstrip("!").startswith("@")
    }
    assert used <= {f"@{name}" for name in words.concepts}
    assert words.products <= {f"@{name}" for name in words.concepts}


def test_urgency_cues_name_a_level_and_a_reason() -> None:
    for cue in sources.read().urgency:
        level, _, reason = cue["code"].partition(":")
        assert level in {"urgent", "high", "low"}
        assert reason


@pytest.mark.parametrize("name", ["development.json", "heldout.json"])
def test_labelled_texts_are_complete(name: str) -> None:
    rows = sources.read_json(name)
    codes = {row.code: row.board for row in item_rows()}
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert row["urgency"] in {"low", "normal", "high", "urgent"}
        if row["boards"] == ["OUT"]:
            assert row["items"] == []
            assert row["door"] in sources.read().doors
        else:
            assert row["boards"] == list(dict.fromkeys(codes[code] for code in row["items"]))


def test_the_development_set_covers_every_item_and_other_doors() -> None:
    rows = sources.read_json("development.json")
    per_item = {row.code: 0 for row in item_rows()}
    for row in rows:
        for code in row["items"]:
            per_item[code] += 1
    assert min(per_item.values()) >= 3
    assert sum(row["boards"] == ["OUT"] for row in rows) >= 80


def test_what_is_held_out_was_not_learnt() -> None:
    words = sources.read()
    learnt = {row["text"] for row in sources.read_json("development.json")}
    learnt |= {text for texts in (*words.sayings.values(), *words.out_sayings.values()) for text in texts}
    assert not learnt & {row["text"] for row in sources.read_json("heldout.json")}
