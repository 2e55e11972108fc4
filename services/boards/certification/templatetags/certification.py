"""``{% consultant_named certificate as consultant %}``: who advised the enterprise and is named as its certifier."""

from django.template import Library
from django.utils import timezone

from services.boards.certification import conflicts
from services.boards.certification.conflicts import Consultant
from services.boards.certification.models import Certificate

register = Library()


@register.simple_tag
def consultant_named(row: Certificate) -> Consultant | None:
    return conflicts.named(row.body, conflicts.recent(row.enterprise_id, timezone.localdate()))
