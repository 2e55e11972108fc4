"""Rows of the register, and what it takes to make a roadmap."""

from typing import Any

from enterprises.models import Enterprise
from portal.imports import checking
from portal.imports.checking import Checked
from services.boards.certification.board import APP
from services.boards.certification.models import Certificate, Requirement, Roadmap
from services.boards.imports import RegisterKind
from tests.services.boards.conftest import NOW


def certificate(firm: Enterprise, **columns: Any) -> Certificate:
    given = {"scheme": "qms", "number": "00114E22766R2L/3502", "body": "演示认证中心", **columns}
    return Certificate.objects.create(enterprise=firm, created_at=NOW, changed_at=NOW, **given)


def roadmap(firm: Enterprise, *, steps: int = 2, **columns: Any) -> Roadmap:
    """With so many requirements of its aim."""
    for number in range(1, steps + 1):
        said = {"name_zh": f"要求{number}", "name_en": f"Requirement {number}", "source": "准则"}
        Requirement.objects.get_or_create(aim="cnas", order=number, defaults=said)
    given = {"laboratory": "研发实验室", "aim": "cnas", "created_at": NOW, "changed_at": NOW, **columns}
    row = Roadmap.objects.create(enterprise=firm, **given)
    Roadmap.derive([row.pk], now=NOW)
    return Roadmap.objects.get(pk=row.pk)


def checked(firm: Enterprise, register: str, *rows: dict[str, str]) -> list[Checked]:
    """What these rows of a file for the enterprise are worth."""
    [kept] = [one for one in APP.registers if one.slug == register]
    return list(checking.check(RegisterKind(APP, kept, firm.pk), list(enumerate(rows, 2))))
