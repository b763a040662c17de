"""Settings > Groups: names, addresses and colleagues of client groups (M8). For owner and admins."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.errors import GroupNameTaken
from clients.groups import (
    change_group,
    count_accounts_by_group,
    create_group,
    delete_group,
    get_group_for,
    members_of,
    merge_group,
)
from clients.models import Group
from clients.queries import groups_of
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from firms.models import Firm, Staff
from firms.queries import active_staff
from lib import clock
from ui.forms import LineField, posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]
NAME_TAKEN = gettext_lazy("Another group has this name. Choose another name, or merge the two groups.")


class GroupForm(forms.Form):
    """Name, own address, and the colleagues by code."""

    required_css_class = "required"

    name = LineField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("Address of the group"), max_length=254, required=False,
        help_text=gettext_lazy("Optional, for example payroll@your-firm.example."),
    )  # fmt: skip
    members = forms.ModelMultipleChoiceField(
        Staff.objects.none(),
        label=gettext_lazy("Looked after by"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, firm: Firm, known: Group | None = None) -> None:
        members = members_of(firm, [known.pk]).get(known.pk, []) if known else []
        initial = {"name": known.name, "email": known.email, "members": [each.code for each in members]} if known else None
        super().__init__(data, initial=initial)
        self.firm, self.known = firm, known
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = active_staff(firm)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = groups_of(self.firm).filter(name__iexact=name)
        if (same.exclude(pk=self.known.pk) if self.known else same).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name


class MergeForm(forms.Form):
    """Which of the others takes over; by code."""

    into = forms.ModelChoiceField(
        Group.objects.none(), label=gettext_lazy("Into which group?"), to_field_name="code", empty_label=gettext_lazy("Choose…")
    )

    def __init__(self, data: Any = None, *, group: Group) -> None:
        super().__init__(data)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = groups_of(group.firm).exclude(pk=group.pk)


@admins_only
@require_http_methods(FORM)
def settings_groups(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = GroupForm(posted(request), firm=staff.firm)
    if form.is_valid():
        try:
            group = create_group(firm=staff.firm, by=Actor.staff(staff, request), now=clock.now(), **form.cleaned_data)
        except GroupNameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            toast(request, _("The group %(name)s was added.") % {"name": group.name})
            return redirect("settings_groups")
    groups = list(groups_of(staff.firm))
    counts, members = count_accounts_by_group(staff.firm), members_of(staff.firm, [group.pk for group in groups])
    rows = [(group, counts.get(group.pk, 0), members.get(group.pk, [])) for group in groups]
    return render(request, "desk/settings_groups.html", {**frame(request, "settings_groups"), "form": form, "rows": rows})


@admins_only
@require_http_methods(FORM)
def settings_group(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    group = get_group_for(staff, code)
    form = GroupForm(posted(request), firm=staff.firm, known=group)
    if form.is_valid():
        try:
            change_group(group=group, by=Actor.staff(staff, request), now=clock.now(), **form.cleaned_data)
        except GroupNameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            toast(request, _("The group %(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("settings_groups")
    return _page(request, group, form, MergeForm(group=group))


@admins_only
@require_POST
def settings_group_merge(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    group = get_group_for(staff, code)
    form = MergeForm(request.POST, group=group)
    if not form.is_valid():
        return _page(request, group, GroupForm(firm=staff.firm, known=group), form)
    into = form.cleaned_data["into"]
    moved = merge_group(group=group, into=into, by=Actor.staff(staff, request), now=clock.now())
    said = ngettext(
        "%(group)s was merged into %(into)s, with %(count)s account.", "%(group)s was merged into %(into)s, with %(count)s accounts.", moved
    )
    toast(request, said % {"group": group.name, "into": into.name, "count": moved})
    return redirect("settings_groups")


@admins_only
@require_POST
def settings_group_delete(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    group = get_group_for(staff, code)
    delete_group(group=group, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The group %(name)s was deleted.") % {"name": group.name})
    return redirect("settings_groups")


def _page(request: HttpRequest, group: Group, form: GroupForm, merge: MergeForm) -> HttpResponse:
    accounts = count_accounts_by_group(group.firm).get(group.pk, 0)
    others = groups_of(group.firm).exclude(pk=group.pk).exists()
    context = {"group": group, "form": form, "merge": merge, "accounts": accounts, "others": others}
    return render(request, "desk/settings_group.html", {**frame(request, "settings_groups"), **context})
