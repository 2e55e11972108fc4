"""The enterprises. Each follows from its number alone, so whoever writes about one needs no row of it."""

from dataclasses import dataclass

from stdnum.cn import uscc as standard

from enterprises.identifiers import ALPHABET, organisation_check
from enterprises.size_classes import SizeClass
from portal.accounts.models import Consent
from services.nation.chance import mixed
from services.nation.hours import Hours, written
from services.nation.people import FIRM, KNOWN_FIRMS, person_of, write_person
from services.nation.places import Place, Places
from services.nation.plan import DAYS, Plan
from services.nation.streams import Sheets
from services.nation.words import WORDS, pinyin_key

COLUMNS = {
    "enterprises_enterprise": (
        "id, name, name_key, uscc, other_identifier, state, region_id, industry_id, address, contact_name, phone, "
        "employees, revenue_10k_cny, assets_10k_cny, size_class, created_at"
    ),
    "enterprises_membership": "id, user_id, enterprise_id, role, state, decided_by_id, decided_at, created_at",
    "accounts_consent": "id, user_id, notice_id, purpose, channel, given_at",
}
AGREED_TO = (Consent.Purpose.ACCOUNT, Consent.Purpose.SHARING)
SIZES = (
    (SizeClass.MICRO, 12, 60),
    (SizeClass.SMALL, 90, 1_500),
    (SizeClass.MEDIUM, 500, 20_000),
    (SizeClass.LARGE, 2_400, 180_000),
)
"""Class, head count and turnover (10,000 CNY) about which it lies."""


@dataclass(frozen=True)
class Firm:
    number: int
    place: Place
    parts: tuple[str, ...]
    trade: int
    bits: int

    @property
    def name(self) -> str:
        return "".join(self.parts)


class Firms:
    def __init__(self, plan: Plan, places: Places) -> None:
        self.plan, self.places = plan, places

    def get(self, number: int) -> Firm:
        bits = mixed(self.plan.seed, 1, number)
        place = self.places.at(bits)
        trades = WORDS["trades"]
        trade = int(len(trades) * ((bits >> 32 & 0xFFF) / 4096) ** 1.7)
        brand = _brand(bits >> 44)
        form = WORDS["forms"][(bits >> 61) % len(WORDS["forms"])]
        parts = (WORDS["fictional"], place.short, brand[0], brand[1], brand[2], trades[trade]["name"], form)
        return Firm(number, place, parts, trade, bits)

    def write(self, sheets: Sheets, numbers: range, *, hours: Hours, password: str, notice: int) -> None:
        for number in numbers:
            firm = self.get(number)
            made = written(hours.now - (DAYS * 1440 * (firm.bits >> 20 & 0xFFFF) >> 16)) or ""
            self._write(sheets, firm, made)
            if person_of(self.plan, number):
                write_person(sheets, number, password, made)
                sheets.add("enterprises_membership", number, FIRM + number, number, "owner", "active", None, None, made)
            if number <= KNOWN_FIRMS:
                for place, purpose in enumerate(AGREED_TO):
                    sheets.add("accounts_consent", 2 * number + place, FIRM + number, notice, purpose, "web", made)

    def _write(self, sheets: Sheets, firm: Firm, made: str) -> None:
        share = (firm.bits >> 8 & 0xFF) / 256
        size, people, turnover = SIZES[0 if share < 0.62 else 1 if share < 0.92 else 2 if share < 0.99 else 3]
        spread = 0.4 + (firm.bits >> 24 & 0xFF) / 213
        sheets.add(
            "enterprises_enterprise",
            firm.number,
            firm.name,
            pinyin_key(*firm.parts),
            _uscc(firm.place.code, firm.number),
            "",
            "registered",
            firm.place.code,
            WORDS["trades"][firm.trade]["industry"],
            f"{WORDS['fictional']}{firm.place.name} {1 + firm.number % 999}",
            WORDS["person"],
            "",
            int(people * spread),
            int(turnover * spread),
            None,
            size,
            made,
        )


def _brand(bits: int) -> tuple[str, str, str]:
    first, second, third = WORDS["first"], WORDS["second"], WORDS["third"]
    return first[bits % len(first)], second[(bits >> 6) % len(second)], third[(bits >> 11) % len(third)]


def _uscc(region: str, number: int) -> str:
    """A code whose check characters are right; its organisation part begins with X, which is given to nobody yet."""
    body = "X" + _base31(number, 7)
    text = f"91{region}{body}{organisation_check(body)}"
    return text + standard.calc_check_digit(text + "0")


def _base31(number: int, length: int) -> str:
    digits = ""
    for _place in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
