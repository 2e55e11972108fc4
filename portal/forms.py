"""How every form of the portal is drawn: our field and form templates, Bootstrap's classes on the controls."""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.controls import DRAWN, DrawnField

IDS, VERSION = "\ue000", "\ue001"
"""Stand in for what differs between two blank forms; nobody writes these signs."""
Pairs = tuple[tuple[str, Hashable], ...]
CONTROL, SELECT, TICK = "form-control", "form-select", "form-check-input"
CLASS_OF_TYPE = {"hidden": "", "checkbox": TICK, "radio": TICK, "range": "form-range", "submit": ""}


class Renderer(TemplatesSetting):
    """``{{ form }}`` comes out as _components/form.html, ``{{ field.as_field_group }}`` as ``DrawnField`` says."""

    form_template_name = "_components/form.html"
    bound_field_class = DrawnField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if "widget" in context:
            _dress(context["widget"])
            if template_name in DRAWN:
                return DRAWN[template_name](context["widget"])
        if template_name == ErrorList.template_name and not context["errors"]:
            return ""  # as the template says, which nearly every field would load to say nothing
        return super().render(template_name, context, request)


class Blank:
    """A form that nobody has typed into yet: drawn once for each language and whatever it is made with. A page offers
    a dozen, and people fill in one.

    :param ids: what the ids of its controls begin with.
    :param version: of the row that it changes, for the field ``version``.
    :param begins_with: what stands in the fields already.
    :param made_with: further arguments of the form.
    """

    def __init__(
        self,
        form: type[Form],
        ids: str = "id_",
        version: int | None = None,
        begins_with: Mapping[str, Hashable] = MappingProxyType({}),
        **made_with: Hashable,
    ) -> None:
        self.form, self.ids, self.version = form, ids, version
        self.begins_with, self.made_with = begins_with, made_with

    def __html__(self) -> SafeString:
        initial = {**self.begins_with, "version": None if self.version is None else VERSION}
        drawn = _drawn(self.form, tuple(initial.items()), tuple(self.made_with.items()), get_language())
        return SafeString(drawn.replace(IDS, self.ids).replace(VERSION, str(self.version)))

    __str__ = __html__


@lru_cache(maxsize=500)
def _drawn(form: Callable[..., Form], initial: Pairs, made_with: Pairs, _language: str | None) -> str:
    return str(form(auto_id=f"{IDS}%s", initial=dict(initial), **dict(made_with)))


class OfRowsAtHand:
    """For a field that chooses a row: from those that whoever shows it has read already, by their keys as text."""

    at_hand: Mapping[str, Model] = {}

    def offer(self, rows: Mapping[str, Model]) -> None:
        self.at_hand = rows
        empty: Any = self.empty_label  # type: ignore[attr-defined]
        self.widget.choices = [("", empty), *((key, str(row)) for key, row in rows.items())]  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Any:
        return self.at_hand.get(str(value)) or super().to_python(value)  # type: ignore[misc]


def _dress(widget: dict[str, Any]) -> None:
    """Add Bootstrap's class to the control, to the parts of a split control, and to each radio or tick of a list."""
    for part in widget.get("subwidgets", ()):
        _dress(part)
    options = [option for _, group, _ in widget.get("optgroups", ()) for option in group]
    ticks = [option for option in options if option.get("type") in ("radio", "checkbox")]
    for option in ticks:
        _add_class(option["attrs"], TICK)
    if not ticks and "subwidgets" not in widget:
        _add_class(widget["attrs"], SELECT if options else CLASS_OF_TYPE.get(widget.get("type", "text"), CONTROL))


def _add_class(attrs: dict[str, Any], name: str) -> None:
    if name:
        attrs["class"] = f"{attrs.get('class', '')} {name}".strip()
