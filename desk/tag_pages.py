"""Settings > Tags: one word for one thing. For owner and admins."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.errors import TagNameTaken
from clients.models import Tag
from clients.queries import tags_of
from clients.tags import count_accounts_by_tag, create_tag, delete_tag, get_tag_for, merge_tag, rename_tag
from desk.settings_frame import frame
from firms.actors import Actor
from firms.doors import admins_only, staff_of
from firms.models import Firm
from lib import clock
from ui.forms import LineField, posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]
NAME_TAKEN = gettext_lazy("Another tag has this name.")


class TagForm(forms.Form):
    """`same` is the tag that has the typed name already: the two can be merged. A comma would part it in an account's form."""

    required_css_class = "required"

    name = LineField(label=gettext_lazy("Name"), max_length=60)

    def __init__(self, data: Any = None, *, firm: Firm, known: Tag | None = None) -> None:
        super().__init__(data, initial={"name": known.name} if known else None)
        self.firm, self.known = firm, known
        self.same: Tag | None = None

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if "," in name:
            raise forms.ValidationError(_("A tag has no comma: commas part one tag from the next."))
        same = tags_of(self.firm).filter(name__iexact=name)
        self.same = (same.exclude(pk=self.known.pk) if self.known else same).first()
        if self.same:
            raise forms.ValidationError(NAME_TAKEN)
        return name


@admins_only
@require_http_methods(FORM)
def settings_tags(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = TagForm(posted(request), firm=staff.firm)
    if form.is_valid():
        try:
            tag = create_tag(firm=staff.firm, name=form.cleaned_data["name"], by=Actor.staff(staff, request), now=clock.now())
        except TagNameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            toast(request, _("The tag %(name)s was added.") % {"name": tag.name})
            return redirect("settings_tags")
    counts = count_accounts_by_tag(staff.firm)
    rows = [(tag, counts.get(tag.pk, 0)) for tag in tags_of(staff.firm)]
    return render(request, "desk/settings_tags.html", {**frame(request, "settings_tags"), "form": form, "rows": rows})


@admins_only
@require_http_methods(FORM)
def settings_tag(request: HttpRequest, code: str) -> HttpResponse:
    """Another name; one that another tag has proposes to merge the two."""
    staff = staff_of(request)
    tag = get_tag_for(staff, code)
    form = TagForm(posted(request), firm=staff.firm, known=tag)
    if form.is_valid():
        try:
            rename_tag(tag=tag, name=form.cleaned_data["name"], by=Actor.staff(staff, request), now=clock.now())
        except TagNameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            toast(request, _("The tag %(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("settings_tags")
    counts = count_accounts_by_tag(staff.firm)
    context = {
        "tag": tag,
        "form": form,
        "accounts": counts.get(tag.pk, 0),
        "same_accounts": counts.get(form.same.pk, 0) if form.same else 0,
    }
    return render(request, "desk/settings_tag.html", {**frame(request, "settings_tags"), **context})


@admins_only
@require_POST
def settings_tag_merge(request: HttpRequest, code: str) -> HttpResponse:
    """`into`: the code of the tag that stays."""
    staff = staff_of(request)
    tag, into = get_tag_for(staff, code), get_tag_for(staff, request.POST.get("into", ""))
    count = merge_tag(tag=tag, into=into, by=Actor.staff(staff, request), now=clock.now())
    said = ngettext(
        "%(tag)s was merged into %(into)s on %(count)s account.", "%(tag)s was merged into %(into)s on %(count)s accounts.", count
    )
    toast(request, said % {"tag": tag.name, "into": into.name, "count": count})
    return redirect("settings_tags")


@admins_only
@require_POST
def settings_tag_delete(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    tag = get_tag_for(staff, code)
    delete_tag(tag=tag, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The tag %(name)s was deleted.") % {"name": tag.name})
    return redirect("settings_tags")
