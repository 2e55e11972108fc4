"""Text that no spreadsheet may take for a formula: marked on the way out, as it was on the way in."""

MARK = "'"
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def guard(text: str) -> str:
    """What a spreadsheet would run gets an apostrophe before it; so does what begins with one already."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def restore(text: str) -> str:
    """The text before :func:`guard`; an apostrophe that guards nothing stays."""
    return text[1:] if text.startswith(MARK) and text[1:].startswith((*DANGEROUS, MARK)) else text
