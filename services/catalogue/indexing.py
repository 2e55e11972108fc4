"""By which words a service item is found."""

from portal import search
from services.catalogue.models import ServiceItem


def of(item: ServiceItem) -> search.Vector:
    """What to store in ``ServiceItem.search``: names first, then what people say, then the descriptions."""
    keywords = [word for language in ("zh", "en") for word in item.keywords.get(language, [])]
    descriptions = [item.summary_zh, item.summary_en, item.result_zh, item.result_en]
    return search.vector(
        (f"{item.code} {item.name_zh} {item.name_en}", "A"),
        (" ".join(keywords), "B"),
        (" ".join(descriptions), "C"),
    )
