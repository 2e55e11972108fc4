"""The gates: each lets an institution pass, perhaps with something to ask, or names why not. They are tried in order.

R1–R5 of the rules. A missing fact never excludes: it becomes an :class:`Ask`. Nobody can override a gate.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from portal import words
from services.catalogue.models import ConflictRole
from services.directory.qualification import GOOD_STANDING
from services.routing import places, scopes
from services.routing.facts import Ask, Candidate, NeedFacts, Tie

LOOK_BACK_YEARS = 2
OPPOSED: dict[str, frozenset[str]] = {
    ConflictRole.CERTIFY: frozenset({"consulted"}),
    ConflictRole.APPRAISE: frozenset({"consulted"}),
    ConflictRole.CONSULT: frozenset({"certified"}),
}
JUDGES = frozenset({ConflictRole.CERTIFY, ConflictRole.APPRAISE, ConflictRole.RETEST})
SHORTEST_PART_OF_A_NAME = 3
OPERATOR = "operator.self"
"""R6: whoever runs the platform is asked only with a second signature, and the enterprise is told."""


@dataclass(frozen=True)
class Failed:
    """Why an institution may not be offered the need: a code and the facts its sentence needs."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


Verdict = Failed | tuple[Ask, ...]
Gate = Callable[[NeedFacts, Candidate, date], Verdict]


def capability(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    return () if one.capability == "approved" else Failed(f"capability.{one.capability}")


def standing(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    return () if one.standing in GOOD_STANDING else Failed(f"standing.{one.standing}")


def credential(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """R1: in force today and on the day the result is promised for."""
    for day in days_of(need, today):
        held = {each.type for each in one.credentials if each.in_force(day)}
        if not need.requirement.met_by(held):
            lacks = [_lack(code, one, today, day) for code in need.requirement.codes if code not in held]
            return next((lack for lack in lacks if lack.code != "credential.missing"), lacks[0])
    return ()


def days_of(need: NeedFacts, today: date) -> tuple[date, date]:
    """The days on which a credential has to be in force: today, and when the result is promised."""
    return today, max(today, need.needed_on or today)


def scope(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """R1: the scope covers the standards and ranges that the need states; what is not on record is asked for."""
    if not need.requirement.binding:
        return ()
    days, asks = days_of(need, today), []
    for standard in need.standards:
        covered, code = scopes.covered(need, one, standard, days)
        if covered is False:
            return Failed("scope.lacks", {"standard": str(standard), "credential": code})
        if covered is None:
            asks.append(Ask("scope.unknown", {"standard": str(standard)}))
    if unnamed := scopes.unnamed(need, one, days):
        asks.append(Ask("scope.parameter", {"parameter": "、".join(unnamed)}))
    return _reach(need, one, days, asks)


def _reach(need: NeedFacts, one: Candidate, days: tuple[date, date], asks: list[Ask]) -> Verdict:
    unknown = []
    for stated in need.ranges:
        covered, code = scopes.covered(need, one, stated, days)
        if covered is False:
            return Failed("scope.range", {"thing": stated.thing, "range": stated.said, "credential": code})
        if covered is None:
            unknown.append(str(stated))
    return (*asks, *([Ask("scope.range_unknown", {"range": "、".join(unknown)})] if unknown else []))


def _lack(code: str, one: Candidate, today: date, day: date) -> Failed:
    """The kindest true reason: what the institution has of this kind, and what is the matter with it."""
    held = [each for each in one.credentials if each.type == code]
    if running := [each for each in held if each.in_force(today)]:
        ends = max((each.valid_to for each in running if each.valid_to), default=day)
        return Failed("credential.ends", {"credential": code, "on": ends.isoformat(), "needed_on": day.isoformat()})
    over = [each.valid_to for each in held if each.state == "valid" and each.valid_to and each.valid_to < today]
    if over:
        return Failed("credential.lapsed", {"credential": code, "on": max(over).isoformat()})
    states = {each.state for each in held}
    if "suspended" in states:
        return Failed("credential.suspended", {"credential": code})
    if states & {"claimed", "checked"}:
        return Failed("credential.unchecked", {"credential": code})
    return Failed("credential.missing", {"credential": code})


def designated(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """R3: only bodies designated for the enterprise's region."""
    if not need.designated_only:
        return ()
    if not one.designated:
        return Failed("designated.not")
    if not need.region:
        return (Ask("need.region"),)
    if _serves(one, need.region):
        return ()
    return (Ask("need.region_finer"),) if places.may_cover(one.regions, need.region) else Failed("designated.elsewhere")


def region(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    if not one.regions:
        return ()
    if not need.region:
        return (Ask("need.region"),)
    if _serves(one, need.region):
        return ()
    return (Ask("need.region_finer"),) if places.may_cover(one.regions, need.region) else Failed("region.outside")


def _serves(one: Candidate, code: str) -> bool:
    return not one.regions or places.any_covers(one.regions, code)


def conflict(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """R4: who advised does not certify or judge, nor the reverse; owner and client are one; affiliates count as one."""
    findings = [tied(need, tie, today) for tie in one.ties]
    findings.append(_named_consultant(need, one))
    findings.append(Ask(OPERATOR) if one.operates else None)
    for finding in findings:
        if isinstance(finding, Failed):
            return finding
    return tuple(finding for finding in findings if isinstance(finding, Ask))


def tied(need: NeedFacts, tie: Tie, today: date) -> Failed | Ask | None:
    if tie.kind == "same":
        return Failed("conflict.same", _of(tie))
    if not _recent(tie, today):
        return None
    if tie.kind == "owned":
        return Failed("conflict.owned", _of(tie)) if need.role in JUDGES else None
    if tie.kind not in OPPOSED.get(need.role, ()):
        return None
    if tie.board in {"", need.board}:
        return Failed(f"conflict.{tie.kind}", _of(tie))
    return Ask(f"conflict.{tie.kind}_elsewhere", {**_of(tie), "board": tie.board})


def _named_consultant(need: NeedFacts, one: Candidate) -> Failed | Ask | None:
    """The body that the enterprise says has advised it."""
    if need.role != ConflictRole.CERTIFY or not need.consultant:
        return None
    said = same_body(need.consultant, one)
    if said == "same":
        return Failed("conflict.named", {"name": need.consultant})
    return Ask("conflict.perhaps_named", {"name": need.consultant}) if said else None


def retest(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """R5: never the body of the first test or an affiliate; no appraisal by who tested for or advised a party."""
    if need.role not in {ConflictRole.RETEST, ConflictRole.APPRAISE}:
        return ()
    said = same_body(need.first_test_body, one) if need.first_test_body else ""
    if said == "same":
        return Failed("retest.first_body", {"name": need.first_test_body})
    asks = [Ask("retest.perhaps_first_body", {"name": need.first_test_body})] if said == "perhaps" else []
    for tie in one.ties:
        if need.role == ConflictRole.APPRAISE and tie.kind in {"tested", "consulted"}:
            return Failed("retest.for_a_party", _of(tie))
        if tie.kind == "tested" and tie.same_case:
            return Failed("retest.same_case", _of(tie))
        if tie.kind == "tested" and _recent(tie, today):
            asks.append(Ask("retest.tested_before", _of(tie)))
    return tuple(asks)


def absence(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """Who is away is not asked; who will be before the promised day is asked whether that matters."""
    for begins, ends in one.absences:
        if begins <= today <= ends:
            return Failed("absence.away", {"until": ends.isoformat()})
    _today, promised = days_of(need, today)
    coming = [(begins, ends) for begins, ends in one.absences if today < begins <= promised]
    return tuple(Ask("absence.coming", {"begins": b.isoformat(), "until": e.isoformat()}) for b, e in coming)


def capacity(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    taken = one.record.accepted_this_week
    if one.weekly_capacity is None or taken < one.weekly_capacity:
        return ()
    return Failed("capacity.full", {"taken": str(taken), "capacity": str(one.weekly_capacity)})


def tried(need: NeedFacts, one: Candidate, today: date) -> Verdict:
    """Who declined this need, let it expire or gave it up is not asked again."""
    if not one.tried:
        return ()
    return Failed(f"tried.{one.tried}", {"on": one.tried_on.isoformat()} if one.tried_on else {})


GATES: tuple[tuple[str, Gate], ...] = (
    ("capability", capability),
    ("standing", standing),
    ("credential", credential),
    ("scope", scope),
    ("designated", designated),
    ("region", region),
    ("conflict", conflict),
    ("retest", retest),
    ("absence", absence),
    ("capacity", capacity),
    ("tried", tried),
)


def questions(need: NeedFacts) -> tuple[Ask, ...]:
    """What is not known about the need itself, whoever may take it on."""
    asks = [Ask("need.answer", {"question": question}) for question in need.unanswered]
    if need.role == ConflictRole.CERTIFY and not need.consultant and need.consultant_used is not False:
        asks.append(Ask("need.consultant"))
    if need.role in {ConflictRole.RETEST, ConflictRole.APPRAISE} and not need.first_test_body:
        asks.append(Ask("need.first_test_body"))
    if not need.region:
        asks.append(Ask("need.region"))
    return tuple(asks)


def same_body(said: str, one: Candidate) -> str:
    """Whether somebody's words name this institution or one under the same control: "same", "perhaps" or ""."""
    wanted = _plain(said)
    names = [_plain(name) for name in (one.name_zh, one.name_en, *one.kin) if name]
    if wanted in names:
        return "same"
    return "perhaps" if any(_contains(name, wanted) or _contains(wanted, name) for name in names) else ""


def _contains(long: str, short: str) -> bool:
    return len(short) >= SHORTEST_PART_OF_A_NAME and short in long


def _plain(name: str) -> str:
    return "".join(sign for sign in words.fold(words.clean(name)).casefold() if sign.isalnum())


def _recent(tie: Tie, today: date) -> bool:
    """Within the look-back; on the very anniversary it is over."""
    return tie.until > years_before(today, LOOK_BACK_YEARS)


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _of(tie: Tie) -> dict[str, str]:
    return {"until": tie.until.isoformat(), "via": tie.via, "case": tie.case}


def first_failed(
    need: NeedFacts, one: Candidate, today: date, gates: Iterable[tuple[str, Gate]] = GATES
) -> tuple[str, Failed | None, tuple[Ask, ...]]:
    """The name and reason of the first gate that stays shut ("", None where all open), and what there is to ask."""
    asks: list[Ask] = []
    for name, gate in gates:
        verdict = gate(need, one, today)
        if isinstance(verdict, Failed):
            return name, verdict, ()
        asks += [ask for ask in verdict if ask not in asks]
    return "", None, tuple(asks)
