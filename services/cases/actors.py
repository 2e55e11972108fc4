"""Who acts: a person, or a rule of the system by its name and version."""

from dataclasses import dataclass
from typing import Self

from portal.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """Exactly one of the two is set."""

    person: User | None = None
    rule: str = ""

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(person=user)

    @classmethod
    def by_rule(cls, name: str) -> Self:
        return cls(rule=name)

    def __str__(self) -> str:
        return str(self.person) if self.person else self.rule
