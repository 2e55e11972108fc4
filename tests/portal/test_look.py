"""Template tags, the form renderer and the navigation: what every page is made of."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from portal.accounts import context
from portal.accounts.roles import Role
from portal.templatetags import look
from services.cases.states import CaseState, NeedState, ReferralState
from tests.factories import make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF_PAST_TWO = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)


@dataclass
class Row:
    slug: str = "metrology"
    name: str = "标准计量"
    text_zh: str = "中文"
    text_en: str = ""


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="Whole <name>")
    when = forms.DateField(label="When", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")])
    place = forms.ChoiceField(label="Place", choices=[("in", "In"), ("out", "Out")], widget=forms.RadioSelect)
    moment = forms.SplitDateTimeField(label="Moment", required=False)
    agreed = forms.BooleanField(label="Agreed")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **variables: object) -> str:
    return Template(source).render(Context(variables))


def test_an_icon_is_decoration_unless_it_is_labelled() -> None:
    assert look.icon("bell") == '<i class="bi bi-bell" aria-hidden="true"></i>'
    assert look.icon("bell", "3 <new>") == '<i class="bi bi-bell" role="img" aria-label="3 &lt;new&gt;"></i>'


def test_a_badge_is_one_colour_and_one_word() -> None:
    assert look.badge("case", "closed", "Closed") == '<span class="state done">Closed</span>'
    assert look.badge("case", "nonsense", "<b>") == '<span class="state quiet">&lt;b&gt;</span>'


def test_amber_means_the_readers_own_turn() -> None:
    assert look.badge("referral", "offered", "New", yours=True) == '<span class="state asking">New</span>'
    assert look.badge("referral", "offered", "Waiting") == '<span class="state waiting">Waiting</span>'


@pytest.mark.parametrize(("noun", "states"), [("case", CaseState), ("need", NeedState), ("referral", ReferralState)])
def test_every_coloured_state_exists(noun: str, states: type) -> None:
    assert set(look.FAMILIES[noun]) <= set(states.values)


@pytest.mark.parametrize(
    ("state", "audience", "expected"),
    [
        ("submitted", "staff", '<span class="state asking">Awaiting triage</span>'),
        ("submitted", "enterprise", '<span class="state waiting">Received, being triaged</span>'),
        ("returned", "enterprise", '<span class="state asking">Please add information</span>'),
        ("returned", "staff", '<span class="state waiting">Waiting for the enterprise</span>'),
    ],
)
def test_a_state_is_told_in_the_words_and_colour_of_its_reader(state: str, audience: str, expected: str) -> None:
    with translation.override("en"):
        assert (
            render("{% load states %}{% state_badge 'case' state audience %}", state=state, audience=audience)
            == expected
        )


def test_a_state_that_the_reader_is_not_shown_has_no_badge() -> None:
    assert render("{% load states %}{% state_badge 'referral' 'declined' 'enterprise' %}") == ""


def test_a_board_chip_carries_its_board_and_name() -> None:
    assert look.board_chip(Row()) == (
        '<span class="board-chip" data-board="metrology"><i class="bi bi-rulers" aria-hidden="true"></i>标准计量</span>'
    )
    assert "bi-grid" in look.board_chip(Row(slug="seventh"))


@time_machine.travel(HALF_PAST_TWO, tick=False)
def test_a_moment_of_this_year_leaves_the_year_out() -> None:
    with translation.override("en"):
        assert look.when(HALF_PAST_TWO) == "Sat 21 Nov, 14:30"
        assert look.when(HALF_PAST_TWO.replace(year=2025)) == "21 Nov 2025, 14:30"
        assert look.when(None) == ""


def test_a_moment_is_local_wherever_it_was_measured() -> None:
    measured = datetime(2024, 11, 21, 23, 30, tzinfo=ZoneInfo("UTC"))
    with translation.override("en"):
        assert look.when(measured) == "22 Nov 2024, 07:30"


def test_a_day_has_its_year() -> None:
    with translation.override("en"):
        assert look.day(date(2026, 11, 21)) == "21 Nov 2026"
        assert look.day(None) == ""


def test_a_relative_moment_keeps_the_exact_one_as_its_title() -> None:
    with translation.override("en"):
        tag = look.moment(HALF_PAST_TWO, "relative")
    assert 'datetime="2026-11-21T14:30:00+08:00"' in tag and "data-relative" in tag and 'title="' in tag
    assert look.moment(None) == ""


@pytest.mark.parametrize(
    ("contact", "masked"),
    [("+8613800001234", "138****1234"), ("wang@example.com", "w***@example.com"), ("", ""), (None, "")],
)
def test_contacts_are_masked(contact: str | None, masked: str) -> None:
    assert look.mask(contact) == masked


def test_a_bilingual_text_falls_back_to_the_other_language() -> None:
    with translation.override("en"):
        assert look.bilingual(Row(), "text") == "中文"


def test_controls_carry_bootstraps_classes() -> None:
    form = Sample()
    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-select"' in str(form["kind"])
    assert str(form["place"]).count('class="form-check-input"') == 2
    assert str(form["moment"]).count('class="form-control"') == 2
    assert 'class="form-check-input"' in str(form["agreed"])
    assert "class" not in str(form["secret"])


def test_a_field_links_its_help_and_its_errors_to_the_control() -> None:
    field = Sample({})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_helptext"' in field and 'id="id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert "Whole &lt;name&gt;" in field


def test_a_group_of_radios_is_a_fieldset_with_a_legend() -> None:
    field = Sample()["place"].as_field_group()
    assert "<fieldset" in field and "<legend>Place" in field


@translation.override("en")
def test_a_field_says_whether_it_has_to_be_filled_in() -> None:
    form = Sample()
    assert '<span class="must" aria-hidden="true">*</span></label>' in form["name"].as_field_group()
    form.fields["name"].required = False
    assert '<span class="optional">optional</span></label>' in form["name"].as_field_group()
    form.fields["name"].needed_later = True
    assert '<span class="optional">needed before sending</span></label>' in form["name"].as_field_group()


def test_the_label_of_a_tick_stands_behind_it_and_without_errors_no_list_is_drawn() -> None:
    field = Sample()["agreed"].as_field_group()
    assert re.fullmatch(
        r'<div class="field"><div class="tick"><input [^>]*><label for="id_agreed">.*</div></div>', field
    )


def test_a_whole_form_sums_up_its_errors_with_links_to_the_fields() -> None:
    text = str(Sample({}))
    assert 'role="alert"' in text
    assert 'href="#id_name"' in text and 'href="#id_kind"' in text
    assert text.index('role="alert"') < text.index('name="name"') < text.index('name="secret"')


def test_a_form_without_errors_has_no_summary() -> None:
    assert 'role="alert"' not in str(Sample())


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_has_places_that_exist(role: str | None) -> None:
    request = RequestFactory().get("/help/")
    if role:
        request.user = make_user(role)
    shown = context.navigation(request)["nav"]
    assert shown.count("<li>") == len(context.PLACES[role])


@pytest.mark.django_db
def test_the_place_where_one_is_is_marked(client: Client) -> None:
    text = client.get("/catalogue/", headers={"accept-language": "en"}).content.decode()
    assert text.count('aria-current="page"') == 1


@pytest.mark.django_db
def test_the_bell_counts_to_99(client: Client) -> None:
    user = make_user()
    user.notices.bulk_create([user.notices.model(user=user, event="x", key=str(number)) for number in range(100)])
    request = RequestFactory().get("/")
    request.user = user
    assert str(context.navigation(request)["unread"]) == "99+"
