"""Certification and accreditation: certificates held, and the way of a laboratory to accreditation."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.board import BoardApp
from services.boards.certification import actions
from services.boards.certification.models import Certificate
from services.boards.certification.registers import CERTIFICATES, EXPIRY, ROADMAPS, SLUG, STEP, SURVEILLANCE
from services.cases.models import Referral, Result


class Certification(BoardApp):
    slug = SLUG
    registers = (CERTIFICATES, ROADMAPS)
    dated = (EXPIRY, SURVEILLANCE, STEP)

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        held = Certificate.objects.visible_to(user).kept().filter(enterprise=enterprise, state=Certificate.State.VALID)
        return [
            (_("Certificates in force"), str(held.exclude(valid_to__lt=today).count())),
            (_("Certificates expired"), str(held.filter(valid_to__lt=today).count())),
        ]

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        actions.keep_certificate(referral, results, now=referral.confirmed_at or timezone.now())


APP = Certification()
