"""The fields of forms, drawn without templates: a page with filters has a hundred options, and each would be a template
with two more inside. Of a control comes out what Django's own templates say; a test compares them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Widget = Mapping[str, Any]

INPUTS = (
    *("text", "search", "tel", "email", "url", "password", "number", "color", "hidden"),
    *("date", "datetime", "time", "checkbox"),
)
NOTHING = SafeString("")
MUST = SafeString('<span class="must" aria-hidden="true">*</span>')


class DrawnField(BoundField):
    """``{{ form.x.as_field_group }}``: label, help, control and errors; Django links help and errors to the control."""

    def as_field_group(self) -> SafeString:
        return format_html(
            '<div class="{}">{}{}</div>', f"field {self.css_classes()}".strip(), self._whole(), self.errors
        )

    def _whole(self) -> SafeString:
        control, helped = self.__html__(), self._help()
        if self.widget_type == "checkbox":
            ticked = '<div class="tick">{}<label for="{}">{}</label></div>{}'
            return format_html(ticked, control, self.id_for_label, self.label, helped)
        if self.use_fieldset:
            about = format_html(' aria-describedby="{}"', self.aria_describedby) if self.aria_describedby else NOTHING
            grouped = "<fieldset{}><legend>{}{}</legend>{}{}</fieldset>"
            return format_html(grouped, about, self.label, self._mark(), helped, control)
        plain = '<label for="{}">{}{}</label>{}{}'
        return format_html(plain, self.id_for_label, self.label, self._mark(), helped, control)

    def _help(self) -> SafeString:
        if not self.help_text:
            return NOTHING
        return format_html('<div class="helptext" id="{}_helptext">{}</div>', self.auto_id, self.help_text)

    def _mark(self) -> SafeString:
        """Whether it has to be filled in; ``needed_later`` is a field's that may wait until the form is sent."""
        if self.field.required:
            return MUST
        later = getattr(self.field, "needed_later", False)
        return format_html('<span class="optional">{}</span>', _("needed before sending") if later else _("optional"))


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """False is left out, True stands alone, everything else is written out."""
    kept = ((name, value) for name, value in attrs.items() if value is not False)
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in kept))


def _attribute(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


def _input(widget: Widget) -> SafeString:
    value = NOTHING if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _textarea(widget: Widget) -> SafeString:
    value, attrs = widget["value"] or "", _attributes(widget["attrs"])
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attrs, value)


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name: Any, options: list[Widget]) -> SafeString:
    drawn = format_html_join("", "{}", ((_option(option),) for option in options))
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn) if name else drawn


def _option(option: Widget) -> SafeString:
    value, attrs = str(option["value"]), _attributes(option["attrs"])
    return format_html('\n  <option value="{}"{}>{}</option>', value, attrs, option["label"])


DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
"""By the template that Django would take; what is not here comes from a template."""
