"""The command leaves accounts that work, and says how far it is."""

import json
import stat

from portal.accounts.models import ApiToken, User, digest
from tests.services.nation.conftest import Loaded


def test_accounts_can_sign_in_and_keys_are_theirs(nation: Loaded) -> None:
    kept = json.loads(nation.accounts.read_text(encoding="utf-8"))
    assert stat.S_IMODE(nation.accounts.stat().st_mode) == 0o600
    assert set(kept["accounts"]) == {"specialist", "team_lead", "caller", "provider", "enterprise", "national"}
    for role, accounts in kept["accounts"].items():
        username, key = next(iter(accounts.items()))
        user = User.objects.get(username=username)
        assert role in {user.role, "national"}
        assert user.check_password(kept["password"])
        assert ApiToken.objects.get(user=user).digest == digest(key)
