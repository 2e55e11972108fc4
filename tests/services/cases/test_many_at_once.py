"""One step for many rows: whoever has moved is passed over, whatever breaks holds up nobody."""

from datetime import timedelta

import pytest
from django.db import connection

from services.cases.models import Referral
from services.cases.states import ReferralState
from services.delivery import actions as delivery
from tests.factories import NOW, make_referral

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


def states() -> list[str]:
    return list(Referral.objects.order_by("pk").values_list("state", flat=True))


def alter(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE cases_referral {how}")


def test_a_row_that_breaks_holds_up_nobody_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    broken, _sound = (make_referral(state=ReferralState.DELIVERED) for _ in range(2))
    alter(f"ADD CONSTRAINT planted CHECK (id <> {broken.pk}) NOT VALID")
    assert delivery.confirm_silent(now=LATER) == 1
    assert states() == ["delivered", "confirmed"]
    assert f"Referral {broken.pk} could not become confirmed; it is tried again" in caplog.text
    alter("DROP CONSTRAINT planted")
    assert delivery.confirm_silent(now=LATER) == 1
    assert states() == ["confirmed", "confirmed"]
