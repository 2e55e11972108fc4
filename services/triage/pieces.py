"""The triage form: one part per need, added and taken away on the server, so that nothing typed is ever lost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import words
from services.cases.actions import NewNeed
from services.cases.models import Need, Urgency
from services.catalogue.models import ServiceItem
from services.triage import answers

MOST_PIECES = 20
DESCRIPTION = 2000
Earlier = Sequence[tuple[int, str]]


class NeedForm(forms.Form):
    """What is known of one need: what exactly, how urgent, and the answers to its item's own questions."""

    description = forms.CharField(
        label=_("What exactly"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=DESCRIPTION,
        required=False,
        strip=True,
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, initial=Urgency.NORMAL)

    def __init__(self, *args: Any, item: ServiceItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.asked = answers.questions(item)
        for question in self.asked:
            self.fields[_name(question)] = answers.field(question)

    def questions(self) -> Iterator[tuple[forms.BoundField, bool]]:
        """The fields of the item's questions, each with whether an offer needs the answer."""
        for question in self.asked:
            yield self[_name(question)], bool(question.get("required"))

    @property
    def missing(self) -> int:
        """How many answers an offer still needs, by what is typed now."""
        return sum(1 for bound, needed in self.questions() if needed and bound.value() in (None, "", []))

    def given(self) -> dict[str, Any]:
        """The cleaned answers as they are kept."""
        return answers.kept({question["key"]: self.cleaned_data.get(_name(question)) for question in self.asked})

    @staticmethod
    def initial_of(need: Need) -> dict[str, Any]:
        """What the form of an existing need begins with."""
        said = {_name(question): need.answers.get(question["key"]) for question in answers.questions(need.item)}
        plain = {name: _plain(value) for name, value in said.items()}
        return {"description": need.description, "urgency": need.urgency, "version": need.version, **plain}


class DescribeForm(NeedForm):
    """A need that was triaged and not yet offered."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PieceForm(NeedForm):
    """One part of the triage form: a need and the other one it waits for."""

    after = forms.TypedChoiceField(label=_("Begins after"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, item: ServiceItem, earlier: Earlier, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            ("", _("at once")),
            *((position, f"{position} · {name}") for position, name in earlier),
        ]

    def need(self) -> NewNeed:
        """The cleaned form as the action takes it."""
        return NewNeed(
            item=self.item,
            description=self.cleaned_data["description"],
            urgency=self.cleaned_data["urgency"],
            answers=self.given(),
            after=self.cleaned_data["after"],
        )


class Pieces:
    """All parts of one triage form, bound to what was posted or kept as a draft.

    :param existing: the needs the case has already; further ones count on from them and may wait for them.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, *, existing: Sequence[Need] = ()) -> None:
        self.data = dict(data or {})
        self.existing = list(existing)
        self.error = ""
        self.forms: list[PieceForm] = []
        self._load(self._codes())

    def __iter__(self) -> Iterator[PieceForm]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def count(self) -> int:
        """How many parts were posted, those of unknown items included."""
        return len(self._codes())

    @property
    def first(self) -> int:
        return max((need.position for need in self.existing), default=0) + 1

    def change(self, *, add: str = "", remove: str = "", up: str = "") -> None:
        """Add an item at the end, take a part away or move it up by one; the others keep what was typed, and wait for
        the same part as before while it still stands before them.
        """
        rows = [(place, form.item.pk, self._values(form)) for place, form in enumerate(self.forms, start=self.first)]
        at = _index(remove or up, len(rows))
        if add and len(rows) < MOST_PIECES:
            rows.append((0, add, {"urgency": Urgency.NORMAL}))
        elif remove and at is not None:
            del rows[at]
        elif up and at:
            rows[at - 1], rows[at] = rows[at], rows[at - 1]
        self.data = {"count_key": str(len(rows))}
        earlier = {str(need.position): str(need.position) for need in self.existing}
        for number, (place, code, values) in enumerate(rows):
            kept = {**values, "item_code": code, "after": earlier.get(str(values.get("after")), "")}
            self.data |= {f"n{number}-{name}": value for name, value in kept.items()}
            earlier[str(place)] = str(self.first + number)
        self._load([code for _place, code, _values in rows])

    def is_valid(self) -> bool:
        if not self.forms:
            self.error = str(_("Add at least one service item."))
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong and not self.error

    def needs(self) -> list[NewNeed]:
        return [form.need() for form in self.forms]

    def _codes(self) -> list[str]:
        count = _index(str(self.data.get("count_key", "0")), MOST_PIECES + 1) or 0
        return [str(self.data.get(f"n{number}-item_code", "")) for number in range(count)]

    def _load(self, codes: list[str]) -> None:
        items = ServiceItem.objects.offered().select_related("board").in_bulk(codes) if codes else {}
        known = [(number, items[code]) for number, code in enumerate(codes) if code in items]
        earlier = [(need.position, need.item.name) for need in self.existing]
        self.forms = []
        for place, (number, item) in enumerate(known, start=self.first):
            self.forms.append(PieceForm(_Flat(self.data), item=item, earlier=list(earlier), prefix=f"n{number}"))
            earlier.append((place, item.name))

    @staticmethod
    def _values(form: PieceForm) -> dict[str, Any]:
        return {name: form.data[form.add_prefix(name)] for name in form.fields if form.add_prefix(name) in form.data}


class _Flat(dict[str, Any]):
    """Posted data as plain JSON: single values, and lists for the fields that take several."""

    def getlist(self, name: str) -> list[Any]:
        value = self.get(name, [])
        return value if isinstance(value, list) else [value]

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, default)


def flat(lists: Mapping[str, list[str]]) -> dict[str, Any]:
    """What was posted for the parts of the form, fit for JSON."""
    return {
        name: values[0] if len(values) == 1 else values
        for name, values in lists.items()
        if name == "count_key" or (name[:1] == "n" and "-" in name)
    }


def begun(codes: Sequence[str], urgency: str = Urgency.NORMAL) -> dict[str, Any]:
    """The data of a form that begins with these items."""
    data: dict[str, Any] = {"count_key": str(len(codes))}
    for number, code in enumerate(codes):
        data |= {f"n{number}-item_code": code, f"n{number}-urgency": urgency}
    return data


def ordered(item: ServiceItem, given: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a form that begins with an item and the answers that came with its order."""
    return begun([item.pk]) | {
        f"n0-{_name(question)}": _plain(given[question["key"]])
        for question in answers.questions(item)
        if question["key"] in given
    }


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _name(question: answers.Question) -> str:
    """Choices are named so that the page that keeps typed text does not repeat them."""
    return f"{'key' if question['type'] in {'choice', 'bool'} else 'a'}_{question['key']}"


def _index(text: str, below: int) -> int | None:
    at = words.whole(text)
    return at if at is not None and at < below else None
