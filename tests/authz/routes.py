"""Every address of the portal, found by walking the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

FOREIGN = ("admin:", "admin")  # Django's own admin site is held by its permissions and tested as a whole


@dataclass(frozen=True)
class Route:
    """One name with the parts of its address that vary."""

    name: str
    pattern: str
    callback: Any


def walk() -> list[Route]:
    """All routes but those inside the admin site."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if entry.namespace != "admin":
                yield from _walk(entry, inner, pattern)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name or pattern}", pattern, entry.callback)


def methods_of(route: Route) -> set[str]:
    """What an API route accepts by its own declaration; empty for page views, which declare it in their decorators."""
    actions = getattr(route.callback, "actions", None)
    return {method.upper() for method in actions} if actions else set()
