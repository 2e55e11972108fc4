"""Who acts: a person, or a rule of the system by its name and version."""

from dataclasses import dataclass
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts.models import User

_called: dict[str, Promise] = {}


@dataclass(frozen=True)
class Actor:
    """Exactly one of the two is set."""

    person: User | None = None
    rule: str = ""

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(person=user)

    @classmethod
    def by_rule(cls, name: str, words: Promise | None = None) -> Self:
        """:param name: with its version: ``routing.ladder/1``.
        :param words: what people read instead; all versions of a rule are called the same.
        """
        if words is not None:
            _called[_unversioned(name)] = words
        return cls(rule=name)

    def __str__(self) -> str:
        return str(self.person) if self.person else self.rule


def rule_words(rule: str) -> str:
    """What a rule is called, for those who work here; one that has no words by its name."""
    words = _called.get(_unversioned(rule))
    return _("Automatic: %(rule)s") % {"rule": words} if words is not None else rule


def _unversioned(name: str) -> str:
    return name.partition("/")[0]
