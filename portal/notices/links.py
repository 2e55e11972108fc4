"""Addresses that hold a secret: a notice keeps ``kind:reference``, the address is made when its words are.

So whoever reads the database finds no link that works.
"""

import base64
from collections.abc import Callable

from django.utils.crypto import salted_hmac

Maker = Callable[[str], str]
_makers: dict[str, Maker] = {}


def makes_links(kind: str) -> Callable[[Maker], Maker]:
    """Decorator: ``maker(reference)`` gives the path for ``path="<kind>:<reference>"`` of a notice, without a query."""

    def register(maker: Maker) -> Maker:
        _makers[kind] = maker
        return maker

    return register


def token(salt: str, reference: str) -> str:
    """43 letters, digits and signs that nobody can guess: 256 bits, the same each time.

    :param reference: what the link is about; no secret without the key of the portal.
    """
    made = salted_hmac(salt, reference, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def resolve(path: str) -> str:
    """A path as it is; a reference as the path that it stands for."""
    kind, colon, reference = path.partition(":")
    if not colon or path.startswith("/"):
        return path
    return _makers[kind](reference)
