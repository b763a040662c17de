"""Settings > Custom fields: what the firm wants to know of its contacts besides. For owner and admins."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.custom_fields import fields_of
from clients.enums import FieldKind
from clients.errors import FieldNameTaken
from clients.field_settings import (
    MOST_CHOICES,
    MOST_FIELDS,
    ChoiceInUse,
    TooManyFields,
    change_field,
    count_values,
    create_field,
    delete_field,
    move_field,
)
from clients.models import CustomField
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from firms.models import Firm
from lib import clock
from ui.forms import LineField, posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]
NAME_TAKEN = gettext_lazy("Another field has this name. Choose a name that tells them apart.")


class FieldForm(forms.Form):
    """A custom field; its kind is chosen once, because values do not change theirs."""

    required_css_class = "required"

    name = LineField(label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("For example: Date of birth, Preferred day"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=FieldKind.choices, initial=FieldKind.TEXT)
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, max_length=10_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("One a line. For the kind “Choice” alone."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, firm: Firm, known: CustomField | None = None) -> None:
        initial = {"name": known.name, "choices": "\n".join(known.choices)} if known else None
        super().__init__(data, initial=initial)
        self.firm, self.known = firm, known
        if known:
            del self.fields["kind"]
            if known.kind != FieldKind.CHOICE:
                del self.fields["choices"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = fields_of(self.firm).filter(name__iexact=name)
        if (same.exclude(pk=self.known.pk) if self.known else same).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    def clean_choices(self) -> list[str]:
        """Each once, whatever its case; blank lines are passed over."""
        line = LineField(required=False)
        typed = [line.to_python(each) for each in self.cleaned_data["choices"].splitlines()]
        found = list({each.casefold(): each for each in reversed(typed) if each}.values())[::-1]
        if len(found) > MOST_CHOICES or any(len(each) > 80 for each in found):
            raise forms.ValidationError(_("At most %(most)s choices of 80 characters each.") % {"most": MOST_CHOICES})
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = self.known.kind if self.known else data.get("kind")
        if kind == FieldKind.CHOICE and "choices" in data and not data["choices"]:
            self.add_error("choices", _("Type what can be chosen, one choice a line."))
        return data

    @property
    def chosen(self) -> list[str]:
        """The choices of a field of that kind, none of any other."""
        kind = self.known.kind if self.known else self.cleaned_data["kind"]
        return self.cleaned_data["choices"] if kind == FieldKind.CHOICE else []


@admins_only
@require_http_methods(FORM)
def settings_fields(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = FieldForm(posted(request), firm=staff.firm)
    if form.is_valid():
        try:
            field = create_field(
                firm=staff.firm, name=form.cleaned_data["name"], kind=FieldKind(form.cleaned_data["kind"]), choices=form.chosen,
                by=Actor.staff(staff, request), now=clock.now(),
            )  # fmt: skip
        except FieldNameTaken:
            form.add_error("name", NAME_TAKEN)
        except TooManyFields:
            form.add_error(None, _("There can be %(most)s custom fields. Delete one that nobody needs first.") % {"most": MOST_FIELDS})
        else:
            toast(request, _("The field %(name)s was added: it stands in the form of every contact.") % {"name": field.name})
            return redirect("settings_fields")
    counts = count_values(staff.firm)
    rows = [(field, counts.get(field.pk, 0), what_goes(field, counts.get(field.pk, 0))) for field in fields_of(staff.firm)]
    return render(request, "desk/settings_fields.html", {**frame(request, "settings_fields"), "form": form, "rows": rows})


@admins_only
@require_http_methods(FORM)
def settings_field(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    field = get_field(staff.firm, code)
    form = FieldForm(posted(request), firm=staff.firm, known=field)
    if form.is_valid():
        by, now = Actor.staff(staff, request), clock.now()
        try:
            change_field(field=field, name=form.cleaned_data["name"], choices=form.chosen, by=by, now=now)
        except FieldNameTaken:
            form.add_error("name", NAME_TAKEN)
        except ChoiceInUse as refused:
            form.add_error("choices", still_chosen(refused))
        else:
            toast(request, _("The field %(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("settings_fields")
    return render(request, "desk/settings_field.html", {**frame(request, "settings_fields"), "form": form, "field": field})


@admins_only
@require_POST
def settings_field_move(request: HttpRequest, code: str) -> HttpResponse:
    """`to=up` or `to=down`; the page comes back at the button that was pressed."""
    staff = staff_of(request)
    up = request.POST.get("to") == "up"
    move_field(field=get_field(staff.firm, code), up=up, by=Actor.staff(staff, request), now=clock.now())
    return redirect(f"{reverse('settings_fields')}#{'up' if up else 'down'}-{code}")


@admins_only
@require_POST
def settings_field_delete(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    field = get_field(staff.firm, code)
    if request.POST.get("name") != field.name:
        messages.error(request, _("The field was not deleted: a colleague has changed it meanwhile. Look at it once more."))
        return redirect("settings_fields")
    delete_field(field=field, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The field %(name)s was deleted.") % {"name": field.name})
    return redirect("settings_fields")


def get_field(firm: Firm, code: str) -> CustomField:
    """404 for another firm's."""
    return get_object_or_404(fields_of(firm).select_related("firm"), code=code)


def still_chosen(refused: ChoiceInUse) -> str:
    used = ", ".join(f"{choice} ({count})" for choice, count in refused.choices.items())
    return _("Contacts have this choice, so it stays: %(used)s. Give them another one first.") % {"used": used}


def what_goes(field: CustomField, count: int) -> str:
    """What deleting the field means, before it is done."""
    if not count:
        return _("No contact has anything in it.")
    if field.kind == FieldKind.EMAIL:
        said = ngettext(
            "%(count)s contact has an address in it. The address stays with them, and what it is used for does not change.",
            "%(count)s contacts have an address in it. The addresses stay with them, and what they are used for does not change.",
            count,
        )
    else:
        said = ngettext(
            "What %(count)s contact has in it is lost, and cannot be brought back.",
            "What %(count)s contacts have in it is lost, and cannot be brought back.",
            count,
        )
    return said % {"count": count}
