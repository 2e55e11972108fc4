"""How every form of the portal is drawn: our field and form templates, Bootstrap's classes on the controls."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

from portal.controls import DRAWN

CONTROL, SELECT, TICK = "form-control", "form-select", "form-check-input"
CLASS_OF_TYPE = {"hidden": "", "checkbox": TICK, "radio": TICK, "range": "form-range", "submit": ""}


class Renderer(TemplatesSetting):
    """``{{ form }}`` and ``{{ field.as_field_group }}`` come out as _components form.html and field.html."""

    form_template_name = "_components/form.html"
    field_template_name = "_components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if "widget" in context:
            _dress(context["widget"])
            if template_name in DRAWN:
                return DRAWN[template_name](context["widget"])
        return super().render(template_name, context, request)


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
