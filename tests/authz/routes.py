"""Every address of the portal, found by walking the resolver, and the one list of those that anybody may open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

PUBLIC = frozenset(
    [
        *("lobby:home", "lobby:catalogue", "lobby:board", "lobby:item", "lobby:search"),
        *("lobby:help", "lobby:privacy", "lobby:gallery", "directory:list", "directory:institution"),
        *("reference:regions", "reference:industries", "set_language", "healthz", "live", "ready"),
        *("accounts:sign_in", "accounts:register", "accounts:code", "accounts:code_entry"),
        *("intake:new", "intake:verify", "intake:draft", "triage:suggest"),
        *("casefile:open", "followup:survey", "followup:thanks"),
        *("rectification:verify", "rectification:thanks"),
        *("schema", "api_docs", "api:board-list", "api:board-detail", "api:item-list", "api:item-detail"),
        "api:survey",
        *("labs:search", "labs:instrument", "labs:times", "labs:photo", "labs:feed"),
        *("api:instrument-list", "api:instrument-detail", "api:instrument-availability"),
    ]
)
"""Whoever adds a page that needs no sign-in adds it here, and somebody reviews it."""


@dataclass(frozen=True)
class Route:
    """One address by its name, with the parts of it that vary."""

    name: str
    pattern: str
    parameters: frozenset[str]
    callback: Any

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def opted_out(self) -> bool:
        """A page view that said it needs no sign-in. DRF says so of all its views and has a rule of its own; the
        door of the admin site only leads to ours.
        """
        said = getattr(self.callback, "login_required", True) is False
        return said and not hasattr(self.callback, "cls") and self.name != "admin/login/"

    def declared(self) -> set[str]:
        """The methods an API route accepts by its own word; empty for pages, which are asked instead."""
        view = getattr(self.callback, "cls", None)
        actions = getattr(self.callback, "actions", None)
        names = actions or [name for name in getattr(view, "http_method_names", ()) if hasattr(view, name)]
        return {name.upper() for name in names} - {"HEAD", "OPTIONS"}

    def address(self, values: Mapping[str, Any]) -> str:
        if "/" in self.name:  # it has no name but its pattern
            return f"/{self.pattern}"
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


@cache
def routes() -> dict[str, Route]:
    """All of them by name, but those inside Django's admin site, which has a table of its own."""
    return {route.name: route for route in _walk(get_resolver(), "", "", frozenset())}


def _walk(resolver: URLResolver, namespace: str, prefix: str, outer: frozenset[str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        parameters = outer | _parameters(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if entry.namespace != "admin":
                yield from _walk(entry, inner, pattern, parameters)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name or pattern}", pattern, parameters, entry.callback)


def _parameters(pattern: Any) -> frozenset[str]:
    return frozenset(getattr(pattern, "converters", {})) | frozenset(getattr(pattern.regex, "groupindex", {}))
