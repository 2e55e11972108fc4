"""Applications at every stage, through the real actions."""

from datetime import date, timedelta
from typing import Any

from experts.credentials import Claim, ScopeRow
from experts.models import CredentialType
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.pool import loading
from services.pool.actions import applying, reviewing
from services.pool.actions.applying import Offer
from services.pool.actions.reviewing import Finding, Review
from services.pool.models import Application, ReviewPoint
from tests.factories import NOW, PASSWORD, TODAY, make_item, make_region, make_user
from tests.portal.files.corpus import PDF, upload

NUMBER = "210012341234"
USCC = "91510185MA6A000155"
PROFILE = {
    "name": "演示检测有限公司",
    "uscc": USCC,
    "introduction": "面向卫浴行业的检验检测。",
    "contact_name": "周经理",
    "phone": "+8613800138000",
}


def make_applicant(**fields: Any) -> User:
    return make_user(Role.ENTERPRISE, password=PASSWORD, **fields)


def make_curator(**fields: Any) -> User:
    return make_user(Role.CURATOR, **fields)


def make_type(code: str = "CMA", pattern: str = r"^\d{12}[A-Z]?$") -> CredentialType:
    defaults = {"name_zh": f"资质{code}", "name_en": code, "number_pattern": pattern}
    return CredentialType.objects.get_or_create(code=code, defaults=defaults)[0]


def make_claim(**fields: Any) -> Claim:
    said = {
        "type": make_type(),
        "number": NUMBER,
        "issuer": "某市场监管局",
        "valid_from": TODAY - timedelta(days=365),
        "valid_to": TODAY + timedelta(days=365),
        "scope": (ScopeRow("陶瓷砖", "吸水率", "GB/T 3810.3"),),
    }
    return Claim(**{**said, **fields})


def make_draft(user: User | None = None, kind: str = "institution", **fields: Any) -> Application:
    """Complete, but not sent."""
    user = user or make_applicant()
    application = applying.start(user, kind, now=NOW)
    applying.describe(application, {**PROFILE, "region": make_region(), **fields}, {})
    item = make_item(required_credentials=["CMA"])
    applying.put_item(application, Offer(item, "paid", "每件 800 元起", 8, "", [make_region()]))
    applying.put_credential(application, make_claim(), upload=upload("cma.pdf", PDF), by=user)
    applying.add_papers(application, [upload("licence.pdf", PDF)], by=user)
    return application


def make_sent(user: User | None = None, **fields: Any) -> Application:
    application = make_draft(user, **fields)
    return applying.submit(application, by=application.applicant, now=NOW)


def make_reviewed(user: User | None = None, *, by: User | None = None, **fields: Any) -> Application:
    """Everything found in order: ready to be accepted."""
    application = make_sent(user, **fields)
    review_all(application, by=by or make_curator())
    return application


def review_all(application: Application, *, by: User) -> None:
    loading.load()
    review = Review(
        points={point.pk: Finding("yes") for point in ReviewPoint.objects.of(application)},
        items={row.pk: Finding("approved") for row in application.items.all()},
        credentials={row.pk: Finding("valid") for row in application.credentials.all()},
    )
    reviewing.note(application, review, by=by, now=NOW)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)
