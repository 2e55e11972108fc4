"""The door through which a curator's edit of an item goes."""

from django.db import transaction

from portal import search
from services.catalogue.models import ServiceItem


def searchable(item: ServiceItem) -> dict[str, object]:
    """The column by which the item is found: its names weigh most, then its keywords, then its summary."""
    words = " ".join(word for tongue in item.keywords.values() for word in tongue)
    return {
        "search": search.vector(
            (f"{item.code} {item.name_zh} {item.name_en}", "A"),
            (words, "B"),
            (f"{item.summary_zh} {item.summary_en}", "C"),
        )
    }


@transaction.atomic
def publish(item: ServiceItem, *, new: bool = False) -> ServiceItem:
    """Save the item as its next version. Needs triaged before keep the number of theirs; its row history keeps the text."""
    if not new:
        item.version += 1
    item.save()
    ServiceItem.objects.filter(pk=item.pk).update(**searchable(item))
    return item
