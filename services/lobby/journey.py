"""The four marks on the way of a case, as the home and the help page tell them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Step = dict[str, str | Promise]

STEPS: tuple[Step, ...] = (
    {
        "mark": _("At once"),
        "name": _("You get a number"),
        "text": _("A few lines are enough. A number comes back, and a page on which you follow everything."),
    },
    {
        "mark": _("Within 1 working day"),
        "name": _("A person gets in touch"),
        "text": _("One specialist takes up your case, asks what is missing and stays your contact to the end."),
    },
    {
        "mark": _("Within 2 working days"),
        "name": _("The right institution is asked"),
        "text": _("Only qualified institutions are asked. You read why it is this one, and may name another."),
    },
    {
        "mark": _("After delivery"),
        "name": _("You have the last word"),
        "text": _("You confirm the result or object. Then we ask how it was; your answer counts in the next choice."),
    },
)
