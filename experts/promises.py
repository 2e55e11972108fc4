"""Nobody promises a certificate, an accreditation, a grant or an award: texts are screened before they are kept."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from experts.models import PromisePhrase
from portal import words

SPACES = re.compile(r"\s+")


def listed() -> list[str]:
    """The phrases that are looked for."""
    return list(PromisePhrase.objects.filter(active=True).order_by("code").values_list("code", flat=True))


def found(texts: Iterable[str], phrases: Iterable[str] | None = None) -> list[str]:
    """The listed phrases that occur in any of the texts. One query, unless they are given."""
    said = [_bare(text) for text in texts if text]
    wanted = (listed() if phrases is None else phrases) if said else []
    return [phrase for phrase in wanted if any(_occurs(_bare(phrase), text) for text in said)]


def screen(text: str, phrases: Iterable[str] | None = None) -> str:
    """The text as it is, for forms.

    :param phrases: those listed, where many texts are screened.
    :raises ValidationError: it promises what nobody can.
    """
    if told := found([text], phrases):
        raise ValidationError(
            _("Nobody can promise a certificate, an accreditation, a grant or an award. Please leave out: %(phrases)s"),
            code="promise",
            params={"phrases": "、".join(told)},
        )
    return text


def check(text: str) -> None:
    """The same, as a validator of fields.

    :raises ValidationError: it promises what nobody can.
    """
    screen(text)


def _bare(text: str) -> str:
    """Chinese without any spaces, words of letters with one between them."""
    folded = SPACES.sub(" ", words.fold(words.clean(text)).lower())
    return re.sub(f"(?<=[{words.HAN}]) | (?=[{words.HAN}])", "", folded)


def _occurs(phrase: str, text: str) -> bool:
    """Letters must begin a word, so that "guaranteed" is found and what only ends like a phrase is not."""
    start = r"(?<![a-z0-9])" if phrase[:1].isascii() else ""
    return re.search(start + re.escape(phrase), text) is not None
