"""What is asked with every order from a board: who asks, how they are reached, and that they agree."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts.models import User
from portal.accounts.names import is_email
from services.boards.ordering import Asking
from services.cases import sharing
from services.cases.actions import Contact
from services.cases.models import Channel
from services.intake.forms import LONGEST, ContactField, SaidForm

SPOKEN = (Channel.COUNTER, Channel.PHONE, Channel.VISIT)


class AskForm(forms.Form):
    """An enterprise is asked for itself; the desk for whoever it listens to, and how they came."""

    contact_name = forms.CharField(label=_("Whom to ask for"), max_length=100)
    contact = ContactField(label=_("Phone or e-mail"), max_length=254)
    channel = forms.ChoiceField(label=_("Channel"), choices=[(one, one.label) for one in SPOKEN])
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree that the centre uses these data to handle my case."),
        error_messages={"required": _("Without your agreement we may not handle the case.")},
    )
    sharing = forms.BooleanField(
        label=_("I also agree that the institution which accepts my case sees my name, phone and e-mail."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_perm("intake.submit"):
            del self.fields["channel"]
            known = {"contact": user.phone or user.email, "contact_name": user.name}
            self.initial = {**known, "sharing": sharing.has_agreed(user), **self.initial}
            return
        self.fields["contact_name"].label, self.fields["contact_name"].required = _("Who is asking?"), True
        self.fields["consent"].label = _("The caller agreed aloud that we record and use these data for the case.")
        self.fields["consent"].error_messages["required"] = _("Ask the caller first.")
        self.fields["sharing"].label = _("The caller also agreed that the accepting institution may call them.")

    def asking(self, channel: Channel = Channel.WEB) -> Asking:
        """:param channel: by which an enterprise sends it itself."""
        data = self.cleaned_data
        reached, name = data["contact"], words.clean(data["contact_name"])
        contact = Contact(name, email=reached) if is_email(reached) else Contact(name, phone=reached)
        return Asking(self.user, contact, Channel(data.get("channel", channel)), data["sharing"])


class WishForm(AskForm):
    """With the words of the case; what it is about is on record."""

    text = forms.CharField(label=_("What do you need?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))

    contact_name = forms.CharField(label=_("Your name"), max_length=100, required=False)

    field_order = ("text", "contact_name", "contact", "channel")

    clean_text = SaidForm.clean_text
