"""The page of a run: what was judged, then every figure; one file that needs nothing else, dark or light."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from benchmarks.load import targets
from benchmarks.load.charts import Group, bars
from benchmarks.load.figures import ratio
from benchmarks.load.targets import Results, Verdict

STYLE = """
:root { color-scheme: light dark; --ink: #16232f; --soft: #41515e; --paper: #f5f6f3; --line: #dbe0dd;
  --a: #14507f; --b: #8a5312; --c: #0b656d; --good: #1d663a; --bad: #9f2b1f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebee; --soft: #a9b6bf; --paper: #12191f; --line: #2d3a43;
  --a: #6fb0e0; --b: #dca35f; --c: #5cc2c9; --good: #7dcf9c; --bad: #f0958a; } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2 { line-height: 1.25; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; }
.scroll { overflow-x: auto; } p, small { color: var(--soft); }
.met { color: var(--good); } .not-met { color: var(--bad); font-weight: 600; } .not-measured { color: var(--soft); }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
svg .name { text-anchor: end; } svg .figure { fill: var(--soft); }
.s0 { fill: var(--a); background: var(--a); } .s1 { fill: var(--b); background: var(--b); }
.s2 { fill: var(--c); background: var(--c); } .mark { stroke: var(--bad); stroke-dasharray: 4 3; }
.legend { display: flex; gap: 1.25rem; padding: 0; list-style: none; font-size: .875rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; margin-right: .4rem; }
"""
SIDES = ("portal", "bare", "driver")
SHOWN = ("per_second", "p50", "p95", "p99", "web_ms", "database_ms")


def render(results: Results, verdicts: Sequence[Verdict]) -> str:
    parts = [head(results), judged(verdicts), closeness(results), growth(results)]
    parts += [scale_of(results, scale) for scale in results["scales"] if results["scales"][scale]]
    title = "The portal under load"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><h1>{title}</h1>{''.join(parts)}</body></html>\n"
    )


def head(results: Results) -> str:
    machine = results["machine"]
    return (
        f"<p>Begun {escape(results['began'])}, {machine['cores']} cores, load average at the beginning"
        f" {machine['load'][0]}. Every scenario ran in turns with its limits: the <em>bare</em> Django view with"
        " session, user, the fewest statements and as many bytes, and the <em>driver</em>, the same SQL without"
        " Django or the insert of the same rows. Compare ratios; times hold only beside each other.</p>"
    )


def judged(verdicts: Sequence[Verdict]) -> str:
    rows = [
        [
            f'<td class="{one.verdict.replace(" ", "-")}">{one.verdict}</td>',
            *cells([one.target, one.where]),
            *numbers([one.measured, one.bound]),
            *cells([one.note]),
        ]
        for one in verdicts
    ]
    return f"<h2>Targets</h2>{table(['', 'target', 'where'], ['measured', 'bound'], rows, ['note'])}"


def closeness(results: Results) -> str:
    """How much of the bare view's throughput is reached, at one and at eight clients."""
    scale = next(reversed(results["scales"]))
    names = [name for name in (*targets.CLOSE, *targets.WRITES) if name in results["scenarios"]]
    groups = [
        Group(
            results["scenarios"][name],
            [targets.share(results, scale, clients, name) for clients in targets.LEVELS],
        )
        for name in names
    ]
    chart = bars(groups, ["1 client", "8 clients"], unit="", mark=targets.THIRD)
    return f"<h2>Share of the bare view's throughput, scale {escape(scale)}</h2>{chart}"


def growth(results: Results) -> str:
    scales = list(results["scales"])
    groups = [
        Group(results["scenarios"][name], [targets.median(results, scale, name) for scale in scales])
        for name in results["reads"]
    ]
    chart = bars(groups, [f"scale {scale}" for scale in scales], unit=" ms")
    return f"<h2>Median at one client, by scale</h2>{chart}"


def scale_of(results: Results, scale: str) -> str:
    told = results["scales"][scale]
    rows = ", ".join(f"{number:,} {escape(name)}" for name, number in sorted(told["rows"].items()))
    memory = "; ".join(
        f"{escape(when)}: {', '.join(f'{one:.0f}' for one in sizes)}" for when, sizes in told["memory_mb"].items()
    )
    parts = [f"<h2>Scale {escape(scale)}</h2><p>{rows}. MB of the web processes, at the start and after so many"]
    parts.append(f" clients: {memory}.</p>{statements(results, told)}")
    parts += [level(results, clients, sides) for clients, sides in told["levels"].items()]
    return "".join(parts)


def statements(results: Results, told: dict[str, Any]) -> str:
    names = ("statements", "savepoints", "writes", "sql_ms", "whole_ms", "bytes")
    rows = [
        [*cells([results["scenarios"][name]]), *numbers(one[key] for key in names)]
        for name, one in told["counted"].items()
    ]
    return f"<h3>One operation in the process</h3>{table([''], names, rows)}"


def level(results: Results, clients: str, scenarios: dict[str, Any]) -> str:
    rows = []
    for name, sides in scenarios.items():
        ours, bare = (sides.get(side, {}).get("per_second") for side in ("portal", "bare"))
        share = ratio(ours, bare)
        for side in (side for side in SIDES if side in sides):
            one = sides[side]
            label = results["scenarios"][name] if side == "portal" else ""
            last = f"{share:.2f}" if share is not None and side == "portal" else ""
            values = [one.get(key, "") for key in SHOWN]
            rows.append([*cells([label, side]), *numbers([*values, one["bytes"], one["refused"] or "", last])])
    columns = [*SHOWN, "bytes", "refused", "÷ bare"]
    return f"<h3>{escape(clients)} clients</h3>{table(['', ''], columns, rows)}"


def table(
    words: Sequence[str], figures: Sequence[str], rows: Sequence[Iterable[str]], notes: Sequence[str] = ()
) -> str:
    top = [f"<th>{escape(one)}</th>" for one in words]
    top += [f'<th class="n">{escape(one)}</th>' for one in figures]
    top += [f"<th>{escape(one)}</th>" for one in notes]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{"".join(top)}</tr></thead><tbody>{body}</tbody></table></div>'


def cells(values: Iterable[object]) -> list[str]:
    return [f"<td>{escape(str(value))}</td>" for value in values]


def numbers(values: Iterable[object]) -> list[str]:
    return [f'<td class="n">{escape(str(value))}</td>' for value in values]
