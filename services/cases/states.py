"""The states of a case, a need and a referral, and the steps between them: literal tables, nothing computed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseState(TextChoices):
    SUBMITTED = "submitted", _("Awaiting triage")
    RETURNED = "returned", _("Waiting for the enterprise")
    LAPSED = "lapsed", _("Lapsed")
    IN_SERVICE = "in_service", pgettext_lazy("case", "In service")
    AWAITING_CONFIRMATION = "awaiting_confirmation", _("Awaiting confirmation")
    CLOSED = "closed", _("Closed")
    FOLLOWED_UP = "followed_up", _("Followed up")
    ARCHIVED = "archived", _("Archived")
    REFERRED_OUT = "referred_out", _("Referred out")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class NeedState(TextChoices):
    WAITING = "waiting", _("Waiting for a predecessor")
    SEEKING = "seeking", _("Seeking a provider")
    OFFERED = "offered", _("Offered")
    IN_SERVICE = "in_service", pgettext_lazy("need", "In service")
    AWAITING_CONFIRMATION = "awaiting_confirmation", _("Awaiting confirmation")
    DISPUTED = "disputed", _("Disputed")
    FULFILLED = "fulfilled", _("Fulfilled")
    UNMET = "unmet", _("No provider")
    REFERRED_OUT = "referred_out", _("Referred out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReferralState(TextChoices):
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    QUOTED = "quoted", _("Quoted")
    IN_PROGRESS = "in_progress", _("In progress")
    DELIVERED = "delivered", _("Delivered")
    DISPUTED = "disputed", _("Disputed")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    RECALLED = "recalled", _("Recalled")
    ABANDONED = "abandoned", _("Given up by the provider")
    CANCELLED = "cancelled", _("Cancelled by the enterprise")
    UNRESOLVED = "unresolved", _("Dispute unresolved")


C, N, R = CaseState, NeedState, ReferralState

# Steps somebody takes. Steps between the states that are derived from the needs are in DERIVED.
CASE_STEPS: dict[CaseState, frozenset[CaseState]] = {
    C.SUBMITTED: frozenset({C.RETURNED, C.IN_SERVICE, C.REFERRED_OUT, C.MERGED, C.WITHDRAWN}),
    C.RETURNED: frozenset({C.SUBMITTED, C.LAPSED, C.WITHDRAWN, C.MERGED, C.REFERRED_OUT}),
    C.LAPSED: frozenset({C.SUBMITTED}),
    C.IN_SERVICE: frozenset(),
    C.AWAITING_CONFIRMATION: frozenset(),
    C.CLOSED: frozenset({C.FOLLOWED_UP}),
    C.FOLLOWED_UP: frozenset({C.ARCHIVED}),
    C.ARCHIVED: frozenset(),
    C.REFERRED_OUT: frozenset(),
    C.MERGED: frozenset(),
    C.WITHDRAWN: frozenset(),
}
DERIVED = frozenset({C.IN_SERVICE, C.AWAITING_CONFIRMATION, C.CLOSED})
CASE_OPEN = frozenset({C.SUBMITTED, C.RETURNED, C.IN_SERVICE, C.AWAITING_CONFIRMATION})

# What the desk decides about a need, with a reason; everything else is derived from its referrals.
NEED_STEPS: dict[NeedState, frozenset[NeedState]] = {
    N.WAITING: frozenset({N.UNMET, N.REFERRED_OUT, N.WITHDRAWN}),
    N.SEEKING: frozenset({N.UNMET, N.REFERRED_OUT, N.WITHDRAWN}),
    N.OFFERED: frozenset(),
    N.IN_SERVICE: frozenset(),
    N.AWAITING_CONFIRMATION: frozenset(),
    N.DISPUTED: frozenset(),
    N.FULFILLED: frozenset(),
    N.UNMET: frozenset(),
    N.REFERRED_OUT: frozenset(),
    N.WITHDRAWN: frozenset(),
}
NEED_DECIDED = frozenset({N.UNMET, N.REFERRED_OUT, N.WITHDRAWN})
NEED_TERMINAL = NEED_DECIDED | {N.FULFILLED}
NEED_REOPENABLE = frozenset({N.FULFILLED, N.UNMET, N.WITHDRAWN})  # taken up again as a new need that names the old

REFERRAL_STEPS: dict[ReferralState, frozenset[ReferralState]] = {
    R.OFFERED: frozenset({R.ACCEPTED, R.DECLINED, R.EXPIRED, R.RECALLED}),
    R.ACCEPTED: frozenset({R.QUOTED, R.IN_PROGRESS, R.ABANDONED, R.CANCELLED}),
    R.QUOTED: frozenset({R.IN_PROGRESS, R.ACCEPTED, R.CANCELLED, R.ABANDONED}),
    R.IN_PROGRESS: frozenset({R.DELIVERED, R.ABANDONED, R.CANCELLED}),
    R.DELIVERED: frozenset({R.CONFIRMED, R.DISPUTED, R.IN_PROGRESS}),
    R.DISPUTED: frozenset({R.IN_PROGRESS, R.CONFIRMED, R.UNRESOLVED}),
    R.CONFIRMED: frozenset(),
    R.DECLINED: frozenset(),
    R.EXPIRED: frozenset(),
    R.RECALLED: frozenset(),
    R.ABANDONED: frozenset(),
    R.CANCELLED: frozenset(),
    R.UNRESOLVED: frozenset(),
}
REFERRAL_LIVE = frozenset({R.OFFERED, R.ACCEPTED, R.QUOTED, R.IN_PROGRESS, R.DELIVERED, R.DISPUTED})
REFERRAL_TAKEN = REFERRAL_LIVE - {R.OFFERED} | {R.CONFIRMED, R.UNRESOLVED}  # the institution may see who asks
REFERRAL_NOT_TAKEN = frozenset({R.DECLINED, R.EXPIRED, R.RECALLED})  # asked in vain: the enterprise does not see who

NEED_OF_REFERRAL: dict[ReferralState, NeedState] = {
    R.OFFERED: N.OFFERED,
    R.ACCEPTED: N.IN_SERVICE,
    R.QUOTED: N.IN_SERVICE,
    R.IN_PROGRESS: N.IN_SERVICE,
    R.DELIVERED: N.AWAITING_CONFIRMATION,
    R.DISPUTED: N.DISPUTED,
    R.CONFIRMED: N.FULFILLED,
}

# The same state in the words of other readers; None is not shown to them.
CASE_WORDS_ENTERPRISE = {
    C.SUBMITTED: _("Received, being triaged"),
    C.RETURNED: _("Please add information"),
    C.LAPSED: _("Paused; you can resume it any time"),
    C.IN_SERVICE: pgettext_lazy("enterprise", "In progress"),
    C.AWAITING_CONFIRMATION: _("Please confirm the result"),
    C.CLOSED: pgettext_lazy("case", "Completed"),
    C.FOLLOWED_UP: _("Completed and followed up"),
    C.ARCHIVED: _("Archived"),
    C.REFERRED_OUT: _("Passed on for you"),
    C.MERGED: _("Joined with your other case"),
    C.WITHDRAWN: _("You withdrew it"),
}
NEED_WORDS_ENTERPRISE = {
    N.WAITING: _("Waits for the step before it"),
    N.SEEKING: _("Finding an institution for you"),
    N.OFFERED: _("Institution asked, waiting for its answer"),
    N.IN_SERVICE: pgettext_lazy("enterprise", "In progress"),
    N.AWAITING_CONFIRMATION: _("Please confirm the result"),
    N.DISPUTED: _("Your objection is being handled"),
    N.FULFILLED: _("Completed"),
    N.UNMET: _("No institution available yet; recorded"),
    N.REFERRED_OUT: _("Passed on for you"),
    N.WITHDRAWN: _("You withdrew it"),
}
REFERRAL_WORDS_ENTERPRISE = {
    R.OFFERED: _("Waiting for the institution's answer"),
    R.ACCEPTED: _("The institution has taken it on"),
    R.QUOTED: _("Please agree to plan and price"),
    R.IN_PROGRESS: _("In progress"),
    R.DELIVERED: _("Please confirm the result"),
    R.DISPUTED: _("Your objection is being handled"),
    R.CONFIRMED: _("Completed"),
    R.CANCELLED: _("Cancelled"),
    R.UNRESOLVED: _("Objection closed"),
}
REFERRAL_WORDS_PROVIDER = {
    R.OFFERED: _("New referral, please answer"),
    R.ACCEPTED: _("Accepted, please plan"),
    R.QUOTED: _("Waiting for the enterprise to agree"),
    R.IN_PROGRESS: _("In progress"),
    R.DELIVERED: _("Waiting for the enterprise to confirm"),
    R.DISPUTED: _("The enterprise objects"),
    R.CONFIRMED: _("Completed"),
    R.DECLINED: _("Declined"),
    R.EXPIRED: _("Not answered in time"),
    R.RECALLED: _("Recalled by the centre"),
    R.ABANDONED: _("Given up"),
    R.CANCELLED: _("Cancelled by the enterprise"),
    R.UNRESOLVED: _("Dispute closed"),
}
