"""What is refused on this board, and what a person can do about it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from portal.reference.bilingual import listed
from portal.refusals import Conflict, Unprocessable
from services.boards.metrology.models import BatchLine


class OrderedAlready(Conflict):
    title = _("Some are on their way already")
    detail = _("An order that is still open names some of these instruments. Look there first, or leave them out.")

    @classmethod
    def by(cls, lines: Sequence[BatchLine]) -> "OrderedAlready":
        named = listed(f"{line.instrument} ({line.batch.case.number})" for line in lines[:10])
        return cls(_("Still open: %(named)s. Leave them out, or look at that case first.") % {"named": named})


class NothingChosen(Unprocessable):
    title = _("Nothing is chosen")
    detail = _("Choose the instruments on the due list first, two hundred at most in one order.")
