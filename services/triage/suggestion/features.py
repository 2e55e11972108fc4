"""Features of a text: stems, pairs of units, concepts and pairs of concepts, each with the units it covers.

What an enterprise makes says little about what it needs (“we make lamps” precedes a trade fair as often as a lamp
test), so words for products weigh less than words for wishes and troubles.
"""

from collections.abc import Collection

from services.triage.suggestion.lexicon import Hits, Span
from services.triage.suggestion.text import Text, is_cjk

STOP_ENGLISH = """
a an the of to for our we is are do does in on at with and or it this that how what need want can i my you your be by
from have has as not no if will would there any some us get me they their was were been about please help
"""
STOP_CHINESE = "的了吗呢是在有我们要想个怎么办不能一去来都也就还那这和与吧啊呀请问"
STOP_STEMS = frozenset((*STOP_ENGLISH.split(), *STOP_CHINESE))
CONCEPT, PAIR, WORD, DOUBLE, SINGLE = 1.4, 1.0, 1.0, 0.8, 0.4
PRODUCT_CONCEPT, PRODUCT_WORD = 0.5, 0.3
MOST_CONCEPTS = 12

Features = dict[str, float]
Spans = dict[str, Span]


def extract(text: Text, hits: Hits, products: Collection[str] = ()) -> tuple[Features, Spans]:
    """Feature weights of unit length, and where each feature was first seen."""
    weights: Features = {}
    spans: Spans = {}
    add_concepts(hits, products, weights, spans)
    add_units(text, weights, spans)
    inside = [span for name in products for span in hits.get(name, ())]
    for name, span in spans.items():
        if not name.startswith("@") and any(first <= span[0] and span[1] <= last for first, last in inside):
            weights[name] *= PRODUCT_WORD
    return weights, spans


def add_concepts(hits: Hits, products: Collection[str], weights: Features, spans: Spans) -> None:
    concepts = {name: found[0] for name, found in hits.items() if name.startswith("@")}
    for name, span in concepts.items():
        weights[name] = CONCEPT * (PRODUCT_CONCEPT if name in products else 1.0)
        spans[name] = span
    names = sorted(concepts)[:MOST_CONCEPTS]
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if concepts[name] != concepts[other]:
                weights[f"{name}{other}"] = PAIR
                spans[f"{name}{other}"] = concepts[name]


def add_units(text: Text, weights: Features, spans: Spans) -> None:
    def put(name: str, weight: float, first: int, last: int) -> None:
        if name not in weights:
            weights[name] = weight
            spans[name] = (first, last)

    units, breaks = text.units, text.after_break
    for place, unit in enumerate(units):
        cjk = is_cjk(unit[0])
        if unit not in STOP_STEMS:
            put(unit, SINGLE if cjk else WORD, place, place)
        if place and not breaks[place]:
            put(f"{units[place - 1]} {unit}", DOUBLE, place - 1, place)
