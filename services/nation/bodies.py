"""Writes the pool down: institutions with credentials, scope, capabilities, standing and people; experts."""

from datetime import timedelta

from django.utils import timezone

from experts.models import Institution
from services.nation.chance import one_of, random_of, skewed
from services.nation.hours import Hours, written
from services.nation.people import provider, write_provider
from services.nation.plan import DAYS
from services.nation.pool import Body, Pool, credential_number
from services.nation.streams import Sheets, flag
from services.nation.words import WORDS

COLUMNS = {
    "experts_institution": (
        "id, name_zh, name_en, kind, standing, standing_reason, region_id, address, introduction_zh, introduction_en, "
        "contact_name, phone, email, weekly_capacity, confirmed_at, created_at"
    ),
    "experts_standingchange": "id, institution_id, from_standing, to_standing, by_id, second_id, reason, rule, at",
    "experts_institutionmembership": "id, user_id, institution_id, active",
    "experts_credential": (
        "id, institution_id, type_id, number, issuer, valid_from, valid_to, state, state_reason, checked_by_id, "
        "checked_at, created_at"
    ),
    "experts_credentialscope": "id, credential_id, object, parameter, method, range, created_at",
    "directory_capability": (
        "id, institution_id, item_id, state, designated, fee, price, promised_working_days, scope_note"
    ),
    "directory_capability_regions": "id, capability_id, region_id",
    "experts_expert": (
        "id, name, employer_id, employer_name, title, fields, languages, region_id, available, availability, phone, "
        "email, interests_declared, confirmed_at"
    ),
}
S = Institution.Standing
WAYS = {S.ACTIVE: (S.APPLIED, S.REVIEWING, S.ACTIVE), S.PROBATION: (S.APPLIED, S.REVIEWING, S.ACTIVE, S.PROBATION)}
CURATOR = 2
ITEMS_AT_MOST = 32


class Bodies:
    def __init__(self, pool: Pool, hours: Hours, password: str) -> None:
        self.pool, self.hours, self.password = pool, hours, password
        self.today = timezone.localdate(pool.plan.now)

    def write(self, sheets: Sheets, numbers: range) -> None:
        for number in numbers:
            body = self.pool.bodies[number - 1]
            rng = random_of(self.pool.plan.seed, "held", number)
            joined = self.hours.at(rng.randrange(self.hours.total // 2))
            standing = S.PROBATION if rng.random() < 0.03 else S.ACTIVE
            self._institution(sheets, body, standing, joined, confirmed=self.hours.now - skewed(rng, 500 * 1440))
            for place, (origin, to) in enumerate(zip(WAYS[standing], WAYS[standing][1:], strict=False)):
                change = (4 * number + place, number, origin, to, CURATOR, None, WORDS["reason"], "")
                sheets.add("experts_standingchange", *change, written(joined + 60 * place))
            sheets.add("experts_institutionmembership", number, provider(number), number, "t")
            write_provider(sheets, number, self.password, written(joined) or "")
            self._credentials(sheets, body, joined)
            self._capabilities(sheets, body)

    def _institution(self, sheets: Sheets, body: Body, standing: str, joined: int, *, confirmed: int) -> None:
        sheets.add(
            "experts_institution",
            body.number,
            body.name,
            f"Demo body {body.number}",
            Institution.Kind.INSTITUTION,
            standing,
            WORDS["reason"],
            body.place.code,
            WORDS["fictional"] + body.place.name,
            WORDS["introduction"] + "、".join(item.name for item in body.items[:4]) + "。",
            "",
            WORDS["provider"],
            "",
            "",
            4 + body.number % 30 if body.number % 3 else None,
            written(confirmed),
            written(joined),
        )

    def _credentials(self, sheets: Sheets, body: Body, joined: int) -> None:
        rng = random_of(self.pool.plan.seed, "scope", body.number)
        rows = 10 + (1 if body.number % 2 else -1) * (((body.number + 1) // 2) % 7)
        for place, kind in enumerate(body.credentials):
            number = credential_number(body.number, place)
            begins = self.today - timedelta(days=DAYS + 30 + rng.randrange(700))
            ends = begins + timedelta(days=6 * 365) if rng.random() < 0.96 else self.today - timedelta(days=10)
            name = f"{kind}-{number:06}"
            checked = written(joined)
            row = (number, body.number, kind, name, WORDS["issuer"], begins, ends, "valid", "", CURATOR, checked)
            sheets.add("experts_credential", *row, checked)
        for row_number in range(rows):
            self._scope(sheets, body, 17 * body.number + row_number, rng.randrange(len(body.credentials)), joined)

    def _scope(self, sheets: Sheets, body: Body, row: int, place: int, joined: int) -> None:
        words = WORDS["scope"]
        rng = random_of(self.pool.plan.seed, "row", row)
        method = f"{one_of(rng, words['families'], 1.6)} {1000 + skewed(rng, 30_000)}-{2008 + rng.randrange(17)}"
        sheets.add(
            "experts_credentialscope",
            row,
            credential_number(body.number, place),
            one_of(rng, words["objects"], 1.5),
            one_of(rng, words["parameters"], 1.4),
            method,
            one_of(rng, words["ranges"]),
            written(joined),
        )

    def _capabilities(self, sheets: Sheets, body: Body) -> None:
        rng = random_of(self.pool.plan.seed, "offer", body.number)
        for place, item in enumerate(body.items[:ITEMS_AT_MOST]):
            number = ITEMS_AT_MOST * body.number + place
            days = max(1, item.days - skewed(rng, item.days)) if rng.random() < 0.7 else None
            fee = one_of(rng, ("paid", "paid", "paid", "subsidised", "free"))
            state = "approved" if rng.random() < 0.96 else "paused"
            row = (number, body.number, item.code, state, flag(value=False), fee, "", days, "")
            sheets.add("directory_capability", *row)
            if rng.random() < 0.5:
                province = f"{body.place.province}0000"
                sheets.add("directory_capability_regions", number, number, province)

    def write_experts(self, sheets: Sheets, numbers: range) -> None:
        for number in numbers:
            rng = random_of(self.pool.plan.seed, "expert", number)
            employer = self.pool.bodies[skewed(rng, len(self.pool.bodies))]
            fields = dict.fromkeys(one_of(rng, WORDS["fields"], 1.6) for _each in range(1 + rng.randrange(3)))
            sheets.add(
                "experts_expert",
                number,
                f"{WORDS['expert']}{number:06}",
                employer.number,
                "",
                one_of(rng, WORDS["titles"]),
                "、".join(fields),
                one_of(rng, WORDS["languages"]),
                employer.place.code,
                flag(value=rng.random() < 0.9),
                "",
                "",
                "",
                "",
                written(self.hours.now - skewed(rng, 500 * 1440)),
            )
