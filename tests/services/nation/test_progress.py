"""Whoever waits reads how far it is."""

from io import StringIO

from services.nation.progress import Progress


def test_each_phase_counts_its_own_rows_and_seconds() -> None:
    ticks = iter([0.0, 0.5, 2.0, 10.0, 12.0])
    out = StringIO()
    progress = Progress(out, lambda: next(ticks))
    for what, done, rows in (("rows", 100, 10), ("rows", 500, 3000), ("rows", 1000, 9000), ("indexes", 1000, 9000)):
        progress.tell(what, done, rows)
    lines = [line.strip("\r ") for line in out.getvalue().splitlines()]
    assert [line for line in lines if line] == [
        "rows       [############             ]  50.0 %      2 s        3,000 rows     1,500 rows/s",
        "rows       [#########################] 100.0 %     10 s        9,000 rows       900 rows/s",
        "indexes    [#########################] 100.0 %      2 s",
    ]
