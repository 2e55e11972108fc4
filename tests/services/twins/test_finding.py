"""Who might be the same, and who is not asked about again."""

import pytest

from experts.models import Institution
from portal.accounts.roles import Role
from services.twins import actions, finding
from services.twins.models import Pair
from tests.factories import NOW, make_enterprise, make_institution, make_user

pytestmark = pytest.mark.django_db
CODE, SAME_BODY = "91510185MA6A000155", "11510105MA6A00015X"


def found() -> list[tuple[str, list[str]]]:
    finding.find(NOW)
    return [(pair.kind, pair.alike) for pair in Pair.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("成都检测有限公司", "成都检测有限责任公司"),
        ("ＡＢＣ检测", "abc 检测"),
        ("检测（成都）有限公司", "检测(成都)有限公司"),
    ],
)
def test_names_are_alike_without_their_trimmings(one: str, other: str) -> None:
    make_institution(name_zh=one)
    make_institution(name_zh=other)
    assert found() == [("institution", ["name"])]
    make_enterprise(name=one)
    make_enterprise(name=other)
    assert found()[1:] == [("enterprise", ["name"])]


def test_codes_are_alike_by_the_organisation_in_them() -> None:
    make_institution(uscc=CODE)
    make_institution(uscc=f"12{CODE[2:]}")
    make_enterprise(uscc=CODE)
    make_enterprise(other_identifier=f" {CODE[8:17]} ".lower())
    assert found() == [("institution", ["code"]), ("enterprise", ["code"])]


def test_phones_are_alike_until_they_are_an_agents() -> None:
    for _each in range(2):
        make_enterprise(phone="+8613800138000")
    for _each in range(11):
        make_enterprise(phone="+8613800138001")
    assert found() == [("enterprise", ["phone"])]


def test_nothing_in_common_is_no_pair_and_merged_ones_are_not_asked() -> None:
    make_institution(phone="1")
    make_institution(phone="1", standing="merged")
    make_enterprise()
    make_enterprise(name="有限公司")
    make_enterprise(name="有限责任公司")
    assert found() == []


def test_what_was_decided_is_not_asked_again_and_what_is_over_goes() -> None:
    for phone in ("1", "2"):
        for _each in range(2):
            make_institution(phone=phone)
    assert len(found()) == 2
    apart, over = Pair.objects.order_by("pk")
    actions.keep_apart(apart, by=make_user(Role.CURATOR), now=NOW)
    Institution.objects.filter(pk=over.first_ref).update(phone="3")
    found()
    assert list(Pair.objects.values_list("state", flat=True)) == ["distinct"]
    with pytest.raises(actions.CannotMerge):
        actions.keep_apart(apart, by=make_user(Role.CURATOR), now=NOW)
