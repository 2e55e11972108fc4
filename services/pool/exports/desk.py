"""What the pool's desk has to decide, and what it decided, to take along."""

from django.utils.translation import gettext_lazy as _

from experts.models import StandingChange
from portal.sayings import said
from portal.tables.lists import Export, named, word
from services.pool.exports.holdings import INSTITUTION
from services.pool.models import Application, OfferRequest, StandingAppeal, StandingProposal
from services.pool.states import ApplicationState
from services.routing.models import ScopeCorrection

DECISIONS = (
    Export(
        "applications",
        _("Applications"),
        lambda: Application.objects.exclude(state=ApplicationState.DRAFT).select_related("region", "decided_by"),
        (
            (_("Applicant"), named("name")),
            (_("Kind"), word("kind")),
            (_("Unified social credit code"), named("uscc")),
            (_("Region"), named("region_id")),
            (_("Contact"), named("contact_name")),
            (_("Phone"), named("phone")),
            (_("E-mail"), named("email")),
            (_("State"), word("state")),
            (_("Sent"), named("submitted_at")),
            (_("Due"), named("due_at")),
            (_("Decided by"), named("decided_by", "name")),
            (_("Decided"), named("decided_at")),
        ),
    ),
    Export(
        "standing",
        _("Steps of standing"),
        lambda: StandingChange.objects.select_related("institution", "by", "second"),
        (
            INSTITUTION,
            (_("Standing before"), word("from_standing")),
            (_("Standing after"), word("to_standing")),
            (_("Reason"), lambda row: said(row.reason)),
            (_("Rule"), named("rule")),
            (_("Decided by"), named("by", "name")),
            (_("Second person"), named("second", "name")),
            (_("When"), named("at")),
        ),
    ),
    Export(
        "offers",
        _("Services to approve"),
        lambda: OfferRequest.objects.select_related(
            "capability__institution", "capability__item", "by", "decided_by"
        ).prefetch_related("regions"),
        (
            (_("Institution"), named("capability", "institution", "name_zh")),
            (_("Code"), named("capability", "item_id")),
            (_("Service item"), named("capability", "item", "name")),
            (_("Regions asked for"), lambda row: "、".join(region.code for region in row.regions.all())),
            (_("State"), word("state")),
            (_("Asked by"), named("by", "name")),
            (_("Asked"), named("at")),
            (_("Decided by"), named("decided_by", "name")),
            (_("Decided"), named("decided_at")),
            (_("Reason"), named("reason")),
        ),
    ),
    Export(
        "corrections",
        _("Corrections"),
        lambda: ScopeCorrection.objects.select_related("institution", "item", "done_by"),
        (
            INSTITUTION,
            (_("Code"), named("item_id")),
            (_("Service item"), named("item", "name")),
            (_("What the institution said"), named("reason")),
            (_("Recorded"), named("said_at")),
            (_("State"), word("state")),
            (_("What was done"), named("note")),
            (_("Decided by"), named("done_by", "name")),
            (_("Decided"), named("done_at")),
        ),
    ),
    Export(
        "proposals",
        _("Proposals about standing"),
        lambda: StandingProposal.objects.select_related("institution", "made_by", "decided_by", "second_by"),
        (
            INSTITUTION,
            (_("Standing before"), word("origin")),
            (_("Standing after"), word("target")),
            (_("State"), word("state")),
            (_("Proposed"), named("made_at")),
            (_("Proposed by"), named("made_by", "name")),
            (_("Reason"), named("reason")),
            (_("Decided by"), named("decided_by", "name")),
            (_("Decided"), named("decided_at")),
            (_("Second person"), named("second_by", "name")),
            (_("Word of the second person"), named("second_note")),
            (_("Reply until"), named("reply_until")),
            (_("Appeal until"), named("appeal_until")),
        ),
    ),
    Export(
        "appeals",
        _("Appeals about standing"),
        lambda: StandingAppeal.objects.select_related("proposal__institution", "decided_by"),
        (
            (_("Institution"), named("proposal", "institution", "name_zh")),
            (_("Standing before"), word("proposal", "origin")),
            (_("Standing after"), word("proposal", "target")),
            (_("State"), word("state")),
            (_("Reason"), named("reason")),
            (_("Lodged"), named("lodged_at")),
            (_("Due"), named("due_at")),
            (_("Decision in words"), named("decision")),
            (_("Decided by"), named("decided_by", "name")),
            (_("Decided"), named("decided_at")),
        ),
    ),
)
