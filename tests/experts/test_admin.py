"""Credentials in the admin site: kept there, but not moved from state to state."""

import pytest

from experts.models import Credential
from portal.accounts.roles import Role
from tests.factories import make_credential, make_institution, make_user
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NO_LINES = {"scope-TOTAL_FORMS": 0, "scope-INITIAL_FORMS": 0}
OTHERWISE = {"state": "withdrawn", "state_reason": "x", "withdrawn_on": "2026-01-01"}


def form_of(credential: Credential) -> dict[str, object]:
    names = ("institution_id", "type_id", "number", "issuer", "valid_from", "valid_to")
    return {name.removesuffix("_id"): getattr(credential, name) for name in names}


@pytest.mark.parametrize("inline", [False, True])
def test_a_credential_is_not_moved_past_its_door(inline: bool) -> None:
    credential = make_credential(make_institution(name_en="Before"), state="suspended", state_reason="未监督")
    said = form_of(credential) | OTHERWISE | {"issuer": "省市场监管局"}
    path = f"/admin/experts/credential/{credential.pk}/change/"
    if inline:
        row = {f"credentials-0-{name}": value for name, value in (said | {"id": credential.pk}).items()}
        said = whole(credential) | row | {"credentials-TOTAL_FORMS": 1, "credentials-INITIAL_FORMS": 1}
        path = f"/admin/experts/institution/{credential.institution_id}/change/"
    assert browser_of(make_user(Role.CURATOR)).post(path, said | NO_LINES).status_code == 302
    credential.refresh_from_db()
    assert (credential.issuer, credential.state, credential.state_reason, credential.withdrawn_on) == (
        "省市场监管局",
        "suspended",
        "未监督",
        None,
    )


def whole(credential: Credential) -> dict[str, object]:
    """The form of its institution, without rows."""
    names = ("name_zh", "name_en", "kind", "region_id")
    columns = {name.removesuffix("_id"): getattr(credential.institution, name) for name in names}
    none = {f"{each}-{name}_FORMS": 0 for each in ("memberships", "equipment") for name in ("TOTAL", "INITIAL")}
    return columns | none | {"confirmed_at_0": "2026-11-20", "confirmed_at_1": "09:00:00"}


def test_one_that_is_added_there_is_claimed_and_counts_for_nothing_yet() -> None:
    kind = make_credential(make_institution()).type
    said = {"institution": make_institution().pk, "type": kind.pk, "number": "CMA-9", "valid_from": "2026-01-01"}
    answer = browser_of(make_user(Role.CURATOR)).post(
        "/admin/experts/credential/add/", said | NO_LINES | {"state": "valid"}
    )
    assert (answer.status_code, Credential.objects.get(number="CMA-9").state) == (302, Credential.State.CLAIMED)
