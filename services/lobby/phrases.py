"""What people say when they need a board, for its tile on the home page; a board without phrases shows none."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

PHRASES = {
    "metrology": (
        _("The certificate of our weighbridge is running out"),
        _("We want to write an enterprise standard"),
    ),
    "certification": (
        _("A customer asks for ISO 9001"),
        _("Our new laboratory wants to be accredited"),
    ),
    "testing": (
        _("We need a test report before we can sell"),
        _("Our product failed a market check: what now?"),
    ),
    "ip": (
        _("Somebody registered our trademark"),
        _("We want to apply for a patent"),
    ),
    "consulting": (
        _("Our scrap rate will not come down"),
        _("We want to apply for the government quality award"),
    ),
    "labs": (
        _("We cannot afford an electron microscope"),
        _("Who can lend us a climatic chamber?"),
    ),
}


def of(slug: str) -> list[dict[str, str]]:
    """The phrases of a board, each with the query string that carries it into the intake form."""
    return [{"words": str(words), "query": urlencode({"text": str(words)})} for words in PHRASES.get(slug, ())]
