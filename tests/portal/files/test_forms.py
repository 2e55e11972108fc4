import pytest
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.files.forms import AttachmentsField
from tests.portal.files.corpus import BAD, PDF, picture, upload


class Letter(forms.Form):
    text = forms.CharField()
    papers = AttachmentsField()


class Proof(forms.Form):
    papers = AttachmentsField(required=True)


def sent(form: type[forms.Form], *files: object) -> forms.Form:
    return form(QueryDict("text=hello"), MultiValueDict({"papers": list(files)}))


def test_no_file_is_an_empty_list() -> None:
    form = sent(Letter)
    assert form.is_valid()
    assert form.cleaned_data["papers"] == []


def test_several_files_come_back_in_order_and_readable() -> None:
    form = sent(Letter, upload("a.pdf", PDF), upload("b.png", picture("PNG")))
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["papers"]] == ["a.pdf", "b.png"]
    assert form.cleaned_data["papers"][0].read() == PDF


def test_each_refused_file_is_named_and_the_text_is_kept() -> None:
    form = sent(Letter, upload("a.pdf", PDF), upload("page.html", BAD["page.html"]), upload("empty.pdf", b""))
    assert not form.is_valid()
    first, second = form.errors["papers"]
    assert "page.html" in first
    assert "empty.pdf" in second
    assert form["text"].value() == "hello"


def test_more_files_than_a_form_takes_are_counted_in_the_message(settings) -> None:
    settings.ATTACHMENTS_PER_FORM = 2
    form = sent(Letter, *(upload(f"{each}.pdf", PDF) for each in range(3)))
    assert not form.is_valid()
    (message,) = form.errors["papers"]
    assert "2" in message
    assert "3" in message


def test_files_are_measured_together_as_nginx_measures_them(settings) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 2 * len(PDF)
    two = [upload(f"{each}.pdf", PDF) for each in range(2)]
    assert sent(Letter, *two).is_valid()
    form = sent(Letter, *two, upload("third.pdf", PDF))
    assert not form.is_valid()
    assert form.errors.as_data()["papers"][0].code == "too_large"
    assert form["text"].value() == "hello"


def test_a_required_field_wants_one() -> None:
    assert not sent(Proof).is_valid()
    assert sent(Proof, upload("a.pdf", PDF)).is_valid()


@pytest.mark.parametrize("attribute", ["multiple", 'accept=".pdf,', 'data-max-bytes="26214400"', 'data-max-files="10"'])
def test_the_control_tells_browser_and_script_what_is_taken(attribute: str) -> None:
    assert attribute in str(Letter()["papers"])
