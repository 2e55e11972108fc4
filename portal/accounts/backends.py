"""Who somebody is."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from portal.accounts.models import User


class RoleBackend(BaseBackend):
    """Sign-in by user name, phone or e-mail; what somebody may do is in the role table, not in the database."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> User | None:
        user = User.objects.filter(username=username or "").first()
        return user if user and password and user.is_active and user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
