"""What the rules propose. Nothing changes by it: a person decides."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from experts.models import Institution, StandingChange
from portal.transactions import as_one
from services.pool import indicators
from services.pool.indicators import BEGINS, Proposes, Tally
from services.pool.models import ProposalFigure, ProposalState, StandingProposal, StandingRule

AT_ONCE = 500
Found = dict[tuple[int, str, str], list[Tally]]
"""What speaks for a step, by institution, where it begins and where it leads."""


@as_one
def propose(now: datetime) -> int:
    """One open proposal per institution and step, with its figures; how many are new. May run twice or at once."""
    rules = list(StandingRule.objects.select_for_update().filter(active=True).order_by("pk"))
    StandingProposal.objects.overtaken().update(state=ProposalState.LAPSED)
    found = _steps_down(rules, now=now)
    return _keep({**found, **_steps_up(rules, {pk for pk, *_ in found}, now=now)}, now=now)


def _steps_down(rules: list[StandingRule], *, now: datetime) -> Found:
    found: Found = defaultdict(list)
    for rule in rules:
        if rule.proposes != Proposes.RESTORATION:
            [(origin, target)] = BEGINS[rule.proposes].items()
            for pk, tally in indicators.reached(rule, now=now).items():
                found[pk, origin, target].append(tally)
    return found


def _steps_up(rules: list[StandingRule], worse: set[int], *, now: datetime) -> Found:
    """For whom every rule of a step up is content and none of a step down speaks, a whole window after the last word
    about them.
    """
    content = [rule for rule in rules if rule.proposes == Proposes.RESTORATION]
    if not content:
        return {}
    since = now - timedelta(days=max(rule.window_days for rule in content))
    waiting = _untouched(since).exclude(pk__in=worse).values_list("pk", "standing")
    tallies = {rule: indicators.tallied(rule, [pk for pk, _standing in waiting], now=now) for rule in content}
    return {
        (pk, origin, BEGINS[Proposes.RESTORATION][origin]): [tallies[rule][pk] for rule in content]
        for pk, origin in waiting
        if all(indicators.is_well(tallies[rule][pk]) for rule in content)
    }


def _untouched(since: datetime) -> QuerySet[Institution]:
    of = {"institution": OuterRef("pk")}
    moved = StandingChange.objects.filter(**of, at__gt=since)
    refused = StandingProposal.objects.filter(**of, state=ProposalState.REJECTED, decided_at__gt=since)
    below = Institution.objects.filter(standing__in=BEGINS[Proposes.RESTORATION])
    return below.exclude(Exists(moved)).exclude(Exists(refused)).order_by("pk")


def _keep(found: Found, *, now: datetime) -> int:
    """Proposals and figures; a step that is proposed already keeps the figures it was proposed with."""
    pending = set(_pending({pk for pk, *_ in found}))
    made = [
        StandingProposal(institution_id=pk, origin=origin, target=target, made_at=now)
        for pk, origin, target in found
        if (pk, target) not in pending
    ]
    StandingProposal.objects.bulk_create(made, batch_size=AT_ONCE)
    figures = [
        ProposalFigure(
            proposal=proposal,
            rule=tally.rule,
            version=tally.rule.version,
            threshold=tally.rule.threshold,
            minimum=tally.rule.minimum,
            since=tally.since,
            until=tally.until,
            n=tally.n,
            against=tally.against,
            rows=tally.rows,
        )
        for proposal in made
        for tally in found[proposal.institution_id, proposal.origin, proposal.target]
    ]
    ProposalFigure.objects.bulk_create(figures, batch_size=AT_ONCE)
    return len(made)


def _pending(institutions: set[int]) -> list[tuple[int, str]]:
    rows = StandingProposal.objects.pending().filter(institution__in=institutions)
    return list(rows.values_list("institution", "target"))
