"""What a figure says, in a sentence that a page, a notice and an export share."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from services.pool.models import Indicator, ProposalFigure, StandingRule
from services.pool.models.standing import COUNTS

SENTENCES: dict[str, Callable[[], str]] = {
    Indicator.RESPONSE: lambda: _("%(good)d of %(n)d offers answered in time (%(value)s %%)"),
    Indicator.DECLINED: lambda: _("%(against)d of %(n)d offers declined (%(value)s %%)"),
    Indicator.TIMED_OUT: lambda: _("%(against)d of %(n)d offers not answered (%(value)s %%)"),
    Indicator.LATE: lambda: _("%(against)d of %(n)d results delivered late (%(value)s %%)"),
    Indicator.NEGATIVE: lambda: _("%(against)d of %(n)d enterprises dissatisfied (%(value)s %%)"),
    Indicator.COMPLAINTS: lambda: _("%(against)d of %(n)d complaints not settled"),
    Indicator.EXPIRED: lambda: _("%(against)d credentials ended, none in force"),
}


def figure(row: ProposalFigure) -> str:
    value = "–" if row.value is None else row.value
    facts = {"n": row.n, "against": row.against, "good": row.n - row.against, "value": value}
    return SENTENCES[row.indicator]() % facts


def rule(row: ProposalFigure) -> str:
    """The threshold as it was published then."""
    facts = {"threshold": row.threshold, "n": row.minimum, "version": row.version}
    if row.rule.proposes == StandingRule.Proposes.RESTORATION:
        words = _("no worse than %(threshold)s · version %(version)d")
    elif row.indicator in COUNTS:
        words = _("from %(threshold)s on · version %(version)d")
    elif row.indicator == Indicator.RESPONSE:
        words = _("below %(threshold)s %%, from %(n)d offers on · version %(version)d")
    else:
        words = _("from %(threshold)s %% on, of at least %(n)d · version %(version)d")
    return words % facts
