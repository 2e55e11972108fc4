"""The doors to which the centre refers what it cannot settle itself, each with the kind sentence that is told."""

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Door(TextChoices):
    CONSUMER = "12315", _("12315, consumer complaints and reports of violations")
    CITIZEN = "12345", _("12345, government service hotline")
    HALL = "hall", _("Government service hall, licences and approvals")
    TAX = "tax", _("Tax office (12366)")
    SOCIAL = "social", _("Human resources and social security (12333)")
    LAND = "land", _("Park, investment or utility office")
    COURT = "court", _("Court or arbitration (legal aid 12348)")
    POLICE = "police", _("Police (110)")
    PETITION = "petition", _("Petitions office")
    OTHER = "other", _("Another office")


SENTENCES = {
    Door.CONSUMER: _(
        "Complaints of consumers and reports of violations are taken by the hotline 12315, also in its app and on "
        "12315.cn. There they are registered and answered within the time the law sets."
    ),
    Door.CITIZEN: _("The hotline 12345 takes this around the clock and passes it to the office in charge."),
    Door.HALL: _(
        "Licences and approvals are handled at the government service hall of your district and on the government "
        "service website; its counter tells you which papers to bring."
    ),
    Door.TAX: _("Questions of tax are answered by the tax office of your district and the hotline 12366."),
    Door.SOCIAL: _("Work and social security are the matter of the human resources office; its hotline is 12333."),
    Door.LAND: _("Sites, investment and utilities are handled by the service office of your park or district."),
    Door.COURT: _(
        "A dispute between two parties is decided by arbitration or by a court. "
        "The legal aid hotline 12348 advises you first."
    ),
    Door.POLICE: _("Please report this to the police: 110 when it is urgent, otherwise the police station near you."),
    Door.PETITION: _("Your district's petitions office takes this, in person or on its website."),
    Door.OTHER: "",
}


def known(code: str) -> Door:
    """The door of that code; another office for codes that are none of ours."""
    return Door(code) if code in Door.values else Door.OTHER


def label(door: str, language: str) -> str:
    """The name of a door in the language of whoever is told."""
    with translation.override(language):
        return str(Door(door).label)


def sentence(door: str, language: str) -> str:
    """What is told about a door when nobody wrote anything else; "" for another office, which has to be named."""
    with translation.override(language):
        return str(SENTENCES[Door(door)])
