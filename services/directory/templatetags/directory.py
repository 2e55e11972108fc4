"""``{% load directory %}``: the boards of an institution whose ``offers`` are at hand."""

from django.template import Library

from experts.models import Institution
from services.catalogue.models import Board
from services.directory import listing

register = Library()


@register.filter
def boards(institution: Institution) -> list[Board]:
    return listing.boards_of(institution)
