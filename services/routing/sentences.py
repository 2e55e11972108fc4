"""What the codes of a match mean, in the words of staff, of the institution and of the enterprise."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentences = dict[str, Promise]

GATE_NAMES: Sentences = {
    "capability": _("Capability"),
    "standing": _("Standing"),
    "credential": _("Credential"),
    "scope": _("Scope"),
    "designated": _("Designated bodies"),
    "region": _("Region"),
    "conflict": _("Conflict of interest"),
    "retest": _("Re-test exclusion"),
    "absence": _("Absence"),
    "capacity": _("Capacity"),
    "tried": _("Already asked"),
}

SHUT_FOR_STAFF: Sentences = {
    "capability.proposed": _("Its capability for this item is proposed, not yet approved."),
    "capability.paused": _("Its capability for this item is paused."),
    "capability.retired": _("It no longer offers this item."),
    "standing.applied": _("It has applied to the pool and is not admitted yet."),
    "standing.reviewing": _("Its application to the pool is under review."),
    "standing.suspended": _("It is suspended."),
    "standing.removed": _("It was removed from the pool."),
    "standing.refused": _("Its application to the pool was refused."),
    "credential.missing": _("It does not hold the required credential: %(credential)s."),
    "credential.lapsed": _("Its credential has expired on %(on)s: %(credential)s."),
    "credential.ends": _("Its credential ends on %(on)s, before the promised day %(needed_on)s: %(credential)s."),
    "credential.suspended": _("Its credential is suspended: %(credential)s."),
    "credential.unchecked": _("Its credential has not been checked yet: %(credential)s."),
    "scope.lacks": _("The scope of its credential does not cover %(standard)s: %(credential)s."),
    "scope.range": _("The scope of its credential does not reach %(thing)s %(range)s: %(credential)s."),
    "designated.not": _("Only designated bodies may do this work, and it is not one."),
    "designated.elsewhere": _("It is designated for other regions."),
    "region.outside": _("It does not serve the region of the enterprise."),
    "conflict.same": _("It is the enterprise itself."),
    "conflict.owned": _("It and the enterprise have the same owner%(via)s; it may not judge it."),
    "conflict.consulted": _(
        "It advised the enterprise on this subject until %(until)s%(via)s; it may not judge it for two years."
    ),
    "conflict.certified": _(
        "It certified or assessed the enterprise until %(until)s%(via)s; it may not advise it for two years."
    ),
    "conflict.named": _("The enterprise names it as its consultant: “%(name)s”."),
    "retest.first_body": _("It did the first test: “%(name)s”."),
    "retest.same_case": _("It tested in this very case%(via)s."),
    "retest.for_a_party": _("It tested for or advised a party%(via)s."),
    "absence.away": _("It is away until %(until)s."),
    "capacity.full": _("It has taken %(taken)s referrals this week and can take %(capacity)s."),
    "tried.declined": _("It declined this need on %(on)s."),
    "tried.expired": _("It let the offer of this need expire on %(on)s."),
    "tried.abandoned": _("It gave this work up on %(on)s."),
    "tried.cancelled": _("The enterprise called this work off with it on %(on)s."),
    "tried.unresolved": _("A dispute with it over this need was closed on %(on)s."),
}

REMEDIES: Sentences = {
    "capability.proposed": _("A curator approves the capability."),
    "capability.paused": _("A curator takes the capability up again."),
    "standing.applied": _("Its application is reviewed."),
    "standing.reviewing": _("Its application is decided."),
    "standing.suspended": _("Its suspension is lifted."),
    "credential.missing": _("It hands the credential in, and a curator checks it."),
    "credential.lapsed": _("It hands in the renewal, and a curator checks it."),
    "credential.ends": _("It hands in the renewal, or the promised day is earlier."),
    "credential.suspended": _("The suspension of the credential is lifted."),
    "credential.unchecked": _("A curator checks the document."),
    "scope.lacks": _("Its scope is extended, or is wrong on record."),
    "scope.range": _("Its scope is extended, or is wrong on record."),
    "designated.elsewhere": _("It is designated for this region."),
    "region.outside": _("It extends the regions it serves."),
    "conflict.consulted": _("Two years have passed since."),
    "conflict.certified": _("Two years have passed since."),
    "absence.away": _("It is back."),
    "capacity.full": _("The next week begins, or it can take more."),
}
"""What would make it eligible. Where nothing would, nothing is said."""

SHUT_FOR_INSTITUTION: Sentences = {
    "capability.proposed": _("Your capability for this item is not approved yet."),
    "capability.paused": _("Your capability for this item is paused."),
    "capability.retired": _("You no longer offer this item."),
    "standing.applied": _("You are not admitted to the pool yet."),
    "standing.reviewing": _("Your application to the pool is under review."),
    "standing.suspended": _("You are suspended at present."),
    "standing.removed": _("You are no longer in the pool."),
    "standing.refused": _("You were not admitted to the pool."),
    "credential.missing": _("This item needs a credential that we do not have from you: %(credential)s."),
    "credential.lapsed": _("Your credential has expired on %(on)s: %(credential)s."),
    "credential.ends": _("Your credential ends on %(on)s, before the promised day %(needed_on)s: %(credential)s."),
    "credential.suspended": _("Your credential is suspended: %(credential)s."),
    "credential.unchecked": _("Your credential is still being checked: %(credential)s."),
    "scope.lacks": _("The scope of your credential does not cover %(standard)s: %(credential)s."),
    "scope.range": _("The scope of your credential does not reach %(thing)s %(range)s: %(credential)s."),
    "designated.not": _("Only designated bodies may do this work."),
    "designated.elsewhere": _("You are designated for other regions."),
    "region.outside": _("You do not serve the region of the enterprise."),
    "conflict.same": _("The need is your own."),
    "conflict.owned": _("You and the enterprise have the same owner%(via)s."),
    "conflict.consulted": _("You advised the enterprise on this subject until %(until)s%(via)s."),
    "conflict.certified": _("You certified or assessed the enterprise on this subject until %(until)s%(via)s."),
    "conflict.named": _("The enterprise names you as its consultant."),
    "retest.first_body": _("You did the first test."),
    "retest.same_case": _("You tested in this case%(via)s."),
    "retest.for_a_party": _("You tested for or advised a party%(via)s."),
    "absence.away": _("You are away until %(until)s."),
    "capacity.full": _("You have taken %(taken)s referrals this week and can take %(capacity)s."),
    "tried.declined": _("You declined it on %(on)s."),
    "tried.expired": _("You did not answer in time; the offer expired on %(on)s."),
    "tried.abandoned": _("You gave this work up on %(on)s."),
    "tried.cancelled": _("The enterprise called the work off on %(on)s."),
    "tried.unresolved": _("The dispute over this work was closed on %(on)s."),
}

SHUT_FOR_ENTERPRISE: Sentences = {
    "capability": _("not approved for this service at present"),
    "standing": _("not admitted to our pool at present"),
    "credential": _("no valid credential for this service"),
    "scope": _("not approved for the standard or range you named"),
    "designated": _("not designated for this work in your region"),
    "region": _("does not serve your region"),
    "conflict": _("must stay out because of a conflict of interest"),
    "retest": _("must stay out because it tested before"),
    "absence": _("is away at present"),
    "capacity": _("has no room this week"),
    "tried": _("was asked already"),
}

ASKED: Sentences = {
    "need.answer": _("“%(question)s” is not answered; it decides which credential is needed."),
    "need.consultant": _("Has somebody advised the enterprise on this? Ask first: whoever advised may not certify."),
    "need.first_test_body": _("Which laboratory did the first test? It may not test again."),
    "need.region": _("The region of the enterprise is not known."),
    "need.region_finer": _("Only the wider region of the enterprise is known; some institutions serve a part of it."),
    "scope.unknown": _("Its scope is not on record: make sure that it covers %(standard)s."),
    "scope.parameter": _("Its scope does not name “%(parameter)s” in these words: make sure that it is covered."),
    "scope.range_unknown": _("Its scope states no such range: make sure that it reaches %(range)s."),
    "operator.self": _("It runs this platform: a second person has to sign, and the enterprise is told."),
    "absence.coming": _("It is away from %(begins)s until %(until)s: make sure that the promised day can be kept."),
    "conflict.consulted_elsewhere": _(
        "It advised the enterprise on board %(board)s until %(until)s%(via)s: make sure that the subject differs."
    ),
    "conflict.certified_elsewhere": _(
        "It certified the enterprise on board %(board)s until %(until)s%(via)s: make sure that the subject differs."
    ),
    "conflict.perhaps_named": _("The enterprise was advised by “%(name)s”: make sure that this is another body."),
    "retest.perhaps_first_body": _("The first test was done by “%(name)s”: make sure that this is another body."),
    "retest.tested_before": _(
        "It has tested for the enterprise before%(via)s: make sure that it did not do the first test."
    ),
}

FACTOR_NAMES: Sentences = {
    "credential": _("Preferred credential"),
    "scope": _("Scope fit"),
    "distance": _("Distance"),
    "rating": _("Rating"),
    "on_time": _("On time"),
    "acceptance": _("Takes offers"),
    "load": _("Work in hand"),
    "promise": _("Promised time"),
    "price": _("Price"),
    "past_work": _("Known to the enterprise"),
    "standing": _("Standing"),
    "freshness": _("Up to date"),
}

EVIDENCE: Sentences = {
    "distance.100": _("Same county or district"),
    "distance.80": _("Same city"),
    "distance.50": _("Same province"),
    "distance.20": _("Another province"),
    "distance.unknown": _("Not known how far"),
    "rating": _("%(score)s of 5 · answers: %(n)s"),
    "rating.asked": _("%(score)s of 5 · answers: %(n)s · of those asked %(response_rate)s %% answered"),
    "rating.unknown": _("No answers yet; the mean of the board stands in"),
    "on_time": _("In 12 months %(on_time)s of %(delivered)s on time"),
    "on_time.unknown": _("Nothing delivered in 12 months"),
    "acceptance": _("In 12 months %(accepted)s of %(offered)s offers accepted"),
    "acceptance.hours": _("In 12 months %(accepted)s of %(offered)s offers accepted, after %(hours)s hours on average"),
    "acceptance.unknown": _("Not asked in 12 months"),
    "load": _("Referrals in hand: %(live)s"),
    "promise": _("%(days)s working days; usual: %(usual)s"),
    "promise.unknown": _("States no time of its own; usual: %(usual)s working days"),
    "price.free": _("Free"),
    "price.subsidised": _("Subsidised"),
    "price.paid": _("Paid"),
    "price.unknown": _("Not known"),
    "credential": _("Holds %(held)s"),
    "credential.none": _("Holds none of them"),
    "past_work": _("%(times)s confirmed, the last on %(on)s"),
    "past_work.none": _("Not yet"),
    "standing": _("It is on probation."),
    "scope": _("%(covered)s of %(stated)s stated standards and parameters are in its scope"),
    "scope.unknown": _("Its scope is not wholly on record; %(covered)s of %(stated)s are known to be covered"),
    "freshness": _("Its entry was confirmed on %(on)s"),
    "freshness.unknown": _("Stale: its entry was last confirmed on %(on)s"),
}

GOOD_FOR_ENTERPRISE: Sentences = {
    "distance.100": _("It is in your county or district."),
    "distance.80": _("It is in your city."),
    "rating": _("Enterprises rate it %(score)s of 5 (answers: %(n)s)."),
    "rating.asked": _(
        "Enterprises rate it %(score)s of 5 (answers: %(n)s; of those asked %(response_rate)s %% answered)."
    ),
    "on_time": _("%(on_time)s of %(delivered)s of its results in the last 12 months were on time."),
    "acceptance": _("It takes most offers and answers quickly."),
    "acceptance.hours": _("It takes most offers and answers quickly."),
    "load": _("It has room for your work."),
    "promise": _("It promises %(days)s working days."),
    "price.free": _("It is free of charge."),
    "price.subsidised": _("A part of its fee is subsidised."),
    "credential": _("It holds %(held)s."),
    "scope": _("Its scope covers what you stated."),
    "past_work": _("It has worked for you before."),
}

GOOD_FOR_INSTITUTION: Sentences = {
    "distance.100": _("You are in the same county or district."),
    "distance.80": _("You are in the same city."),
    "rating": _("Enterprises rate you %(score)s of 5 (answers: %(n)s)."),
    "rating.asked": _(
        "Enterprises rate you %(score)s of 5 (answers: %(n)s; of those asked %(response_rate)s %% answered)."
    ),
    "on_time": _("%(on_time)s of %(delivered)s of your results in the last 12 months were on time."),
    "acceptance": _("You take most offers and answer quickly."),
    "acceptance.hours": _("You take most offers and answer quickly."),
    "load": _("You have room for the work."),
    "promise": _("You promise %(days)s working days."),
    "price.free": _("You charge nothing."),
    "price.subsidised": _("A part of your fee is subsidised."),
    "credential": _("You hold %(held)s."),
    "scope": _("Your scope covers what the enterprise stated."),
    "past_work": _("You have worked for this enterprise before."),
}
