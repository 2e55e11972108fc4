"""A list comes in once, however often it is sent and wherever the worker dies."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from experts.models import Institution
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.files.models import Attachment
from portal.imports import actions, kinds
from portal.imports.actions import KEPT, NotPossible
from portal.imports.models import ImportRow, ImportRun
from portal.imports.states import STEPS, ImportState
from tests.factories import NOW, make_institution, make_region, make_user
from tests.portal.imports.rows import HEADER, make_checked, make_done, upload

pytestmark = pytest.mark.django_db
KIND = "institutions"


def rows(count: int, bad: int = 0) -> list[list[str]]:
    """The first ``bad`` of them name no region that there is."""
    region = make_region().pk
    return [HEADER] + [
        [f"导入机构{number}", "000000" if number < bad else region, "028-8000 0000", f"a{number}@example.com"]
        for number in range(count)
    ]


def counts(run: ImportRun) -> tuple[Any, ...]:
    run.refresh_from_db()
    return run.state, run.total, run.bad, run.added, run.known


def test_nothing_is_written_before_somebody_confirms() -> None:
    run = make_checked(make_user(Role.CURATOR), rows(3, bad=1))
    assert counts(run) == ("checked", 3, 1, 0, 0)
    assert (actions.work(NOW), Institution.objects.count()) == (0, 0)


def test_the_good_rows_come_in_once_and_the_bad_ones_say_why() -> None:
    user, listed = make_user(Role.CURATOR), rows(300, bad=14)
    run = make_done(user, listed)
    assert counts(run) == ("done", 300, 14, 286, 0)
    assert Institution.objects.count() == 286
    bad = run.rows.filter(outcome="bad").order_by("line").first()
    assert bad is not None
    assert (bad.line, bad.problems[0]["column"], bad.problems[0]["value"]) == (2, "region", "000000")
    again = make_done(user, listed)
    assert (counts(again), Institution.objects.count()) == (("done", 300, 14, 0, 286), 286)


def test_of_ten_thousand_rows_with_137_bad_ones_the_others_come_in_exactly_once() -> None:
    run = make_done(make_user(Role.CURATOR), rows(10_000, bad=137))
    assert counts(run) == ("done", 10_000, 137, 9_863, 0)
    assert (Institution.objects.count(), run.rows.filter(outcome="bad").count()) == (9_863, 137)


def test_rows_that_were_written_keep_nothing_of_what_they_said() -> None:
    run = make_done(make_user(Role.CURATOR), rows(3, bad=1))
    assert [row.data != {} for row in run.rows.order_by("line")] == [True, False, False]


class Killed(BaseException):
    """What nothing catches."""


@pytest.mark.parametrize("seed", range(3))
def test_a_worker_that_is_killed_anywhere_leaves_nothing_half_done(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 7)
    rng, run = random.Random(seed), make_checked(make_user(Role.CURATOR), rows(60, bad=5))
    actions.confirm(run, by=run.by, now=NOW)
    kind, deaths = kinds.registered()[KIND], 0
    add, save = type(kind).add, ImportRow.objects.bulk_update

    def dying(call: Any) -> Any:
        def maybe(*args: Any, **kwargs: Any) -> Any:
            if rng.random() < 0.3:
                raise Killed
            done = call(*args, **kwargs)
            if rng.random() < 0.3:
                raise Killed
            return done

        return maybe

    monkeypatch.setattr(type(kind), "add", dying(add))
    monkeypatch.setattr(type(ImportRow.objects), "bulk_update", dying(type(ImportRow.objects).bulk_update))
    assert save is not None
    while counts(run)[0] != "done":
        try:
            actions.work(NOW)
        except Killed:
            deaths += 1
            run.refresh_from_db()
            assert Institution.objects.count() == run.added
    assert (counts(run), Institution.objects.count(), deaths > 0) == (("done", 60, 5, 55, 0), 55, True)


def test_without_one_transaction_for_rows_and_marks_a_death_adds_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The natural key still holds where the marks were lost."""
    run = make_done(make_user(Role.CURATOR), rows(5))
    ImportRow.objects.filter(run=run).delete()
    ImportRun.objects.filter(pk=run.pk).update(state="read", added=0)
    run.refresh_from_db()
    actions.check(run, now=NOW)
    actions.confirm(run, by=run.by, now=NOW)
    actions.write(run, now=NOW)
    assert (counts(run), Institution.objects.count()) == (("done", 5, 0, 0, 5), 5)


def test_the_same_thing_twice_in_one_file_is_told_with_its_first_line() -> None:
    listed = rows(2)
    run = make_checked(make_user(Role.CURATOR), [*listed, listed[1]])
    bad = run.rows.get(outcome="bad")
    assert (bad.line, bad.problems[0]["reason"]) == (4, "与第 2 行相同。")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["名称（中文）", "电话"], "地区"),
        (["名称（中文）", "name_zh", "所在地区"], "名称"),
        ([], "空"),
    ],
)
def test_a_file_with_other_columns_is_not_checked_and_says_which(header: list[str], said: str) -> None:
    run = make_checked(make_user(Role.CURATOR), [header, ["x"] * len(header)] if header else [["", ""]])
    assert (run.state, said in run.problem) == ("failed", True)


def test_unknown_columns_are_left_out_and_said() -> None:
    run = make_checked(make_user(Role.CURATOR), [["Name (Chinese) *", "备注", "REGION"], ["甲", "x", make_region().pk]])
    assert (counts(run)[:3], run.ignored) == (("checked", 1, 0), ["备注"])


def test_the_example_row_of_the_template_is_not_taken_over() -> None:
    run = make_checked(make_user(Role.CURATOR), [HEADER, ["（示例）甲", "510100", "", ""]])
    assert counts(run)[:2] == ("checked", 0)


def test_what_came_into_the_pool_meanwhile_is_known_and_not_added() -> None:
    run = make_checked(make_user(Role.CURATOR), rows(2))
    make_institution(name_zh="导入机构0")
    actions.confirm(run, by=run.by, now=NOW)
    actions.write(run, now=NOW)
    assert counts(run) == ("done", 2, 0, 1, 1)


def test_what_the_database_refuses_ends_the_import_and_leaves_the_batch_out(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = kinds.registered()[KIND]
    run = make_checked(make_user(Role.CURATOR), rows(2))
    make_institution(name_zh="导入机构0")
    monkeypatch.setattr(type(kind), "on_record", lambda self, rows: set())
    actions.confirm(run, by=run.by, now=NOW)
    actions.write(run, now=NOW)
    assert (counts(run)[0], run.added, Institution.objects.count()) == ("failed", 0, 1)


def lose_the_file(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.file is not None
    run.file.file.storage.delete(run.file.file.name)


def lose_the_kind(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    ImportRun.objects.filter(pk=run.pk).update(kind="no-longer")


def break_the_kind(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: Any, rows: Any, **said: Any) -> None:
        raise ValueError

    monkeypatch.setattr(type(kinds.registered()["experts"]), "add", add)


GONE, OURS = "You may no longer bring in", "Something went wrong on our side"


@pytest.mark.parametrize(
    ("confirmed", "harm", "said"),
    [
        (False, lose_the_file, OURS),
        (False, lose_the_kind, GONE),
        (True, lose_the_kind, GONE),
        (True, break_the_kind, OURS),
    ],
)
def test_a_run_that_cannot_go_on_says_so_and_the_others_go_on(
    confirmed: bool, harm: Callable[..., None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(Role.CURATOR, language="en")
    experts = [["Full name", "Fields"], ["林工", "陶瓷"]]
    bad = actions.receive(kinds.registered()["experts"], upload(experts), by=user, now=NOW)
    if confirmed:
        actions.check(bad, now=NOW)
        actions.confirm(bad, by=user, now=NOW)
    behind = actions.confirm(make_checked(user, rows(1)), by=user, now=NOW)
    harm(bad, monkeypatch)
    assert (actions.work(NOW), counts(bad)[0], counts(behind)[0]) == (1, "failed", "done")
    assert bad.problem.startswith(said)


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_the_database_could_not_do_now_is_done_next_time_and_the_others_go_on(
    confirmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(Role.CURATOR)
    experts = [["Full name", "Fields"], ["林工", "陶瓷"]]
    stuck = actions.receive(kinds.registered()["experts"], upload(experts), by=user, now=NOW)
    if confirmed:
        actions.check(stuck, now=NOW)
        actions.confirm(stuck, by=user, now=NOW)
    behind = actions.confirm(make_checked(user, rows(1)), by=user, now=NOW)
    with monkeypatch.context() as harm:
        harm.setattr(type(kinds.registered()["experts"]), "lookups", raise_timeout)
        assert (actions.work(NOW), counts(stuck)[0], counts(behind)[0]) == (
            1,
            "confirmed" if confirmed else "read",
            "done",
        )
    actions.work(NOW)
    assert counts(stuck)[0] == ("done" if confirmed else "checked")


def raise_timeout(*_of: object) -> None:
    raise OperationalError("canceling statement due to lock timeout")


def test_an_import_whose_rows_are_all_written_is_done_whoever_its_sender_is_by_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    run = make_checked(make_user(Role.CURATOR), rows(2))
    actions.confirm(run, by=run.by, now=NOW)
    assert actions.write(run, now=NOW) == 2
    type(run.by).objects.filter(pk=run.by.pk).update(is_active=False)
    assert (actions.write(run, now=NOW), counts(run)) == (0, ("done", 2, 0, 2, 0))


@pytest.mark.parametrize("state", ImportState.values)
def test_only_the_steps_of_the_table_are_taken(state: str) -> None:
    run = make_checked(make_user(Role.CURATOR), rows(1))
    for step, to in ((actions.confirm, "confirmed"), (actions.cancel, "cancelled")):
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        if to in STEPS[ImportState(state)]:
            assert step(run, by=run.by, now=NOW).state == to
        else:
            with pytest.raises(NotPossible):
                step(run, by=run.by, now=NOW)


def test_rows_and_files_are_forgotten_after_ninety_days() -> None:
    run = make_done(make_user(Role.CURATOR), rows(2, bad=1))
    assert (actions.forget(NOW + KEPT), actions.forget(NOW + KEPT * 2), actions.forget(NOW + KEPT * 2)) == (0, 1, 0)
    assert (counts(run), run.rows.count(), Attachment.objects.count()) == (("done", 2, 1, 1, 0), 0, 0)


def test_each_step_is_on_the_audit_trail_without_what_the_file_says() -> None:
    run = make_done(make_user(Role.CURATOR), rows(1))
    entries = AuditEntry.objects.about(run).values_list("verb", "detail")
    assert list(entries) == [
        ("confirmed import", {"kind": KIND, "rows": 1}),
        ("sent for import", {"kind": KIND}),
    ]


def test_an_upload_is_kept_and_waits_for_the_worker() -> None:
    run = actions.receive(kinds.registered()[KIND], upload(rows(1)), by=make_user(Role.CURATOR), now=NOW)
    assert (run.state, run.file is not None) == ("read", True)
    actions.work(NOW)
    assert counts(run)[:2] == ("checked", 1)
