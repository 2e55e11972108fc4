"""No quote promises what nobody can."""

import pytest

from experts import loading
from services.delivery.api import QuoteSerializer
from services.delivery.forms import QuoteForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("plan", "fits"), [("五个工作日内出具报告。", True), ("保证通过认证，不过退款。", False)])
def test_a_plan_is_screened_on_the_page_and_through_the_api(plan: str, fits: bool) -> None:
    loading.load()
    form, api = QuoteForm({"plan": plan}), QuoteSerializer(data={"plan": plan})
    assert (form.is_valid(), api.is_valid()) == (fits, fits)
    assert fits or ("保证通过" in str(form.errors["plan"]) and "保证通过" in str(api.errors["plan"]))
