import time

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from portal.files import names
from portal.files.checks import KINDS, check
from tests.portal.files.corpus import BAD, GOOD, PDF, office, picture, upload


@pytest.mark.parametrize("name", GOOD)
def test_ordinary_files_are_taken(name: str) -> None:
    file = upload(name, GOOD[name])
    checked = check(file)
    ending = name.rpartition(".")[2].lower()
    assert (checked.extension, checked.display_name, checked.content_type) == (ending, name, KINDS[ending].content_type)
    assert file.read() == GOOD[name]


@pytest.mark.parametrize("name", BAD)
def test_tricks_are_refused_with_the_name_and_a_reason(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(ValidationError) as refused:
        check(upload(name, BAD[name]))
    assert time.monotonic() - started < 0.3
    with override("en"):
        (sentence,) = refused.value.messages
    assert names.clean(name) in sentence
    assert len(sentence) > len(name) + 10


def test_every_kind_that_is_taken_has_a_good_example_and_every_good_example_is_refused_under_other_names() -> None:
    assert {name.rpartition(".")[2].lower() for name in GOOD} == set(KINDS)
    for name, content in {"报告.pdf": PDF, "photo.png": picture("PNG"), "letter.docx": office("docx")}.items():
        for ending in set(KINDS) - {name.rpartition(".")[2]}:
            with pytest.raises(ValidationError):
                check(upload(f"x.{ending}", content))


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = len(PDF)
    check(upload("a.pdf", PDF))
    with pytest.raises(ValidationError, match=r"a\.pdf"):
        check(upload("a.pdf", PDF + b"\n"))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("报告 2026.pdf", "报告 2026.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\li\\报告.pdf", "报告.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("a\r\nb\tc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ('a<b>"c|d?e*.pdf', "a_b__c_d_e_.pdf"),
        ("  spaced   out .pdf ", "spaced out.pdf"),
        ("...pdf", "file.pdf"),
        ("", "file"),
        ("/", "file"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("\ud800.pdf", "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a." + "p" * 300, "file." + "p" * 115),
    ],
)
def test_names_keep_what_people_read_and_lose_what_deceives(given: str, cleaned: str) -> None:
    assert names.clean(given) == cleaned
    assert len(names.clean(given)) <= names.LONGEST
    assert names.clean(names.clean(given)) == names.clean(given)


def test_the_last_ending_counts() -> None:
    assert names.extension("setup.exe.pdf") == "pdf"
    assert names.extension("report.PDF") == "pdf"
    assert names.extension("none") == ""
    with pytest.raises(ValidationError):
        check(upload("report.pdf.exe", PDF))
