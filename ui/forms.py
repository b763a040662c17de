"""Forms that look like Tabler and say to screen readers which help and which error belong to which field.

`{{ form.email.as_field_group }}` draws label, control, help and error; `{% field %}` in the tag library does the same with
changes for one page.
"""

import copy
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict

FIELD_TEMPLATES = {
    "checkbox": "ui/forms/check.html",
    "switch": "ui/forms/switch.html",
    "radioselect": "ui/forms/choices.html",
    "checkboxselectmultiple": "ui/forms/choices.html",
}


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a POST, even one in which nothing is ticked."""
    return request.POST if request.method == "POST" else None


class SwitchInput(forms.CheckboxInput):
    """Two states, drawn as a switch; it waits for Save like every other field."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch", **(attrs or {})})


class LineField(forms.CharField):
    """One line of text: line breaks become blanks, and signs that show nothing, which could disguise a name, go."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        seen = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or not _is_hidden(sign))
        return " ".join(unicodedata.normalize("NFC", seen).split())


def _is_hidden(sign: str) -> bool:
    return sign != "\0" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co")  # NUL is refused by the field itself


class RelanceBoundField(BoundField):
    """A field of a form, with the classes that its control needs."""

    control_attrs: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}

    @property
    def template_name(self) -> str:
        usual: str = self.form.renderer.field_template_name
        own: str | None = getattr(self.field, "template_name", None)  # unknown to django-stubs
        return own or FIELD_TEMPLATES.get(self.widget_type, usual)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), **self.options}

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs({**attrs, **self.control_attrs}, widget)
        if isinstance(widget, forms.RadioSelect):
            built.pop("aria-invalid", None)  # not a property of radio buttons: their group is described by the error
        classes = [widget.attrs.get("class", ""), built.get("class", ""), control_class(widget)]
        if self.errors and not widget.is_hidden:
            classes.append("is-invalid")
        if any(classes):
            built["class"] = " ".join(filter(None, classes))
        return built

    def varied(
        self, *, label: str | None, help_text: str | None, attrs: Mapping[str, Any], options: Mapping[str, Any]
    ) -> "RelanceBoundField":
        """The same field with other words or attributes; what is None stays."""
        field = copy.copy(self)
        field.__dict__.pop("subwidgets", None)
        field.label = self.label if label is None else label
        field.help_text = self.help_text if help_text is None else help_text
        field.control_attrs = attrs
        field.options = options
        return field


class RelanceRenderer(TemplatesSetting):
    """The FORM_RENDERER of the product."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = RelanceBoundField


def control_class(widget: forms.Widget) -> str:
    """Tabler's class for a control."""
    if widget.is_hidden:
        return ""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.ColorInput):
        return "form-control form-control-color"
    return "form-control"
