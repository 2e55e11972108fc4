"""A document in Chinese: what was written can be read in it, on as many pages as it takes, and nothing is markup."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from portal.pdf import Document

MADE_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STRANGE = "**b** <b>x</b> {nb} [a](http://b) \x00\ud800\ue000 𠮷😀 عربي\r\n\t1,5–2 ℃"


def made(*, rows: int = 3, said: str = "说明") -> bytes:
    with override("en"):
        document = Document("企业质量档案", "示例有限公司", station="示例服务中心", made_at=MADE_AT)
        document.heading("基本情况")
        document.facts([("名称", said), ("代码", "")])
        document.paragraph(said)
        document.table(["日期", "事项"], [[f"第{number}行", said] for number in range(rows)], [1, 3])
        return document.content()


def pages_of(paper: bytes) -> list[str]:
    """The reader takes the first byte of each two-byte character for one of its own."""
    return [page.extract_text().replace("\x00", "") for page in PdfReader(BytesIO(paper)).pages]


def test_the_same_words_and_time_give_the_same_small_file() -> None:
    paper = made()
    assert paper == made() != made(said="别的")
    assert paper.startswith(b"%PDF-") and len(paper) < 60_000
    assert b"/Title" in paper and b"/Lang (en)" in paper
    assert b"/URI" not in paper and b"/JavaScript" not in paper


@pytest.mark.parametrize("said", [STRANGE, "", "长" * 5000, "x" * 5000, "\n" * 90], ids=range(5))
def test_whatever_people_wrote_is_printed(said: str) -> None:
    assert made(said=said).startswith(b"%PDF-")


def test_what_was_written_is_read_back_with_the_header_and_the_foot_on_each_page() -> None:
    pages = pages_of(made(rows=80, said="**b** {nb} 说明"))
    assert len(pages) > 1 and all("日期" in page for page in pages)
    assert all(f"Page {number}" in page for number, page in enumerate(pages, 1))
    assert all("示例服务中心 · as of 2026-11-20 10:00" in page for page in pages)
    assert "**b** {nb} 说明" in pages[0] and "第79行" in pages[-1]
