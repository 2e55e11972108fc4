"""Programs that act for a user: ``Authorization: Token <key>`` or ``Bearer <key>``. Cookies play no part in it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.models import ApiToken, User, digest
from portal.kept import kept

SCHEMES = (b"token", b"bearer")
LONGEST_KEY = 200


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without such a header: then the session is asked.

        :raises AuthenticationFailed: one sentence for unknown, revoked, switched off and changed role.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in SCHEMES:
            return None
        token = _find(parts[1]) if len(parts) == 2 and len(parts[1]) <= LONGEST_KEY else None
        if token is None or token.revoked_at or not token.user.is_active or token.role != token.user.role:
            raise AuthenticationFailed(_("This key is not valid, or no longer."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def _find(key: bytes) -> ApiToken | None:
    if not key.isascii():
        return None
    return next(iter(_with_digest(digest=digest(key.decode("ascii")))), None)


@kept
def _with_digest(*, digest: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("user").filter(digest=digest)
