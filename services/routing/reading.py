"""A need with everything that ranking reads: as it is, or as somebody may see it."""

from django.db.models import QuerySet
from django.http import Http404

from portal.accounts.models import User
from portal.kept import kept
from services.cases.models import Need

JOINED = ("case__enterprise__region", "case__station", "item", "board")


def load(pk: int) -> Need:
    for need in _one(pk=pk):
        return need
    raise Need.DoesNotExist


def seen_by(user: User, pk: int) -> Need:
    """:raises Http404: the need is not theirs to see."""
    for need in _seen(pk=pk, user=user):
        return need
    raise Http404


@kept
def _one(*, pk: int) -> QuerySet[Need]:
    return _whole(Need.objects.filter(pk=pk))


@kept
def _seen(*, pk: int, user: User) -> QuerySet[Need]:
    return _whole(Need.objects.visible_to(user).filter(pk=pk))


def _whole(needs: QuerySet[Need]) -> QuerySet[Need]:
    return needs.select_related(*JOINED).defer("case__search", "item__search")
