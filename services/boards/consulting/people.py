"""Who may write into a plan and who may check it."""

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.boards.consulting.faults import OnlyTheDesk, OthersCheck
from services.boards.consulting.models import Diagnosis, Naming

SEES = ("boards.keep", "boards.read", "boards.advise")
WRITES = ("boards.keep", "boards.advise")


def may_write(user: User, diagnosis: Diagnosis) -> bool:
    """Of somebody who sees it: the enterprise and the desk, and an expert who was admitted."""
    if diagnosis.is_closed or diagnosis.retired_at:
        return False
    return user.has_perm("boards.keep") or _advises(user, diagnosis)


def may_check(user: User, diagnosis: Diagnosis) -> bool:
    """The desk and admitted experts: never the enterprise itself. What a closed plan brought in is checked too."""
    return not diagnosis.retired_at and (is_desk(user) or _advises(user, diagnosis))


def is_desk(user: User) -> bool:
    return user.works_here and user.has_perm("boards.keep")


def _advises(user: User, diagnosis: Diagnosis) -> bool:
    return user.role == Role.EXPERT and is_admitted(user, diagnosis)


def is_admitted(user: User, diagnosis: Diagnosis) -> bool:
    return Naming.objects.of(user).admitted().filter(diagnosis=diagnosis).exists()


def check_may_check(user: User, diagnosis: Diagnosis) -> None:
    if not may_check(user, diagnosis):
        raise OthersCheck


def check_desk(user: User) -> None:
    if not is_desk(user):
        raise OnlyTheDesk
