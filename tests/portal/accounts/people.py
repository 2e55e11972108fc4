"""People of these tests, and their password."""

from portal.accounts.models import User
from portal.accounts.roles import Role

PASSWORD = "Quiet-harbour-7"


def person(
    username: str = "lin", role: str = Role.ENTERPRISE, *, password: str | None = PASSWORD, **fields: object
) -> User:
    return User.objects.create_user(username, password, role=role, **fields)
