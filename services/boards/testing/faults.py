from django.utils.translation import gettext_lazy as _

from portal.refusals import Conflict


class SentAlready(Conflict):
    title = _("This was sent already")
    detail = _("There is an open case for it. You find it on this page.")


class NotOffered(Conflict):
    title = _("The catalogue has no such service")
    detail = _("Please send a need in your own words; the centre finds the right service.")


class NotFailed(Conflict):
    title = _("There is no result to dispute")
    detail = _("A re-test, or help after a failure, needs a judged result of this item.")


class StaleItem(Conflict):
    title = _("Somebody else has recorded a result")
    detail = _("The result has changed since you opened the page. Please look at it as it is now.")
