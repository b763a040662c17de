"""Saving, renaming and deleting one's own views of a list; the lists show them as tabs after their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.enums import ListName
from clients.errors import ViewNameTaken
from clients.models import SavedView
from clients.saved_views import LONGEST, change_view, delete_view, get_saved_view_for, kept_query, save_view
from firms.doors import staff_of, staff_only
from ui.shell import Tab
from ui.toasts import toast

SAVED = "saved"
LISTS: Mapping[str, str] = {ListName.ACCOUNTS: "account_list", ListName.CONTACTS: "contact_list"}


@dataclass(frozen=True, slots=True)
class Saved:
    """A view that somebody saved: its code, its name, and what follows the question mark."""

    code: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class SavedFrame:
    """What a list shows of saved views: their tabs, the one that is open, and what "Save this view" would keep."""

    of: ListName
    tabs: Sequence[Tab]
    active: Saved | None
    query: str

    @property
    def may_save(self) -> bool:
        """Something is set that is worth coming back to, and no view that is open holds it already."""
        return bool(self.query) and (self.active is None or self.active.query != self.query)


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60)
    query = forms.CharField(max_length=LONGEST)

    def clean_query(self) -> str:
        """A view of everything is no view."""
        query = kept_query(self.cleaned_data["query"])
        if not query:
            raise forms.ValidationError("")
        return query


def saved_frame(query: QueryDict, of: ListName, saved: Sequence[Saved]) -> SavedFrame:
    """`query` is the address of the list; a view that is not one's own is passed over."""
    active = next((each for each in saved if each.code == query.get(SAVED)), None)
    tabs = [Tab(each.name, f"?{each.query}&{SAVED}={each.code}", each is active) for each in saved]
    return SavedFrame(of, tabs, active, kept_query(query.urlencode()))


@staff_only
@require_POST
def saved_view_add(request: HttpRequest, of: str) -> HttpResponse:
    if of not in LISTS:
        raise Http404
    form = ViewForm(request.POST)
    back = f"{reverse(LISTS[of])}?{kept_query(request.POST.get('query', ''))}"
    if not form.is_valid():
        messages.error(request, unnamed())
        return redirect(back)
    try:
        view = save_view(staff=staff_of(request), of=ListName(of), **form.cleaned_data)
    except ViewNameTaken:
        messages.error(request, name_taken(form.cleaned_data["name"]))
        return redirect(back)
    toast(request, format_html(_("The view {name} was saved. Only you see it."), name=view.name))
    return redirect(address_of(view))


@staff_only
@require_POST
def saved_view_change(request: HttpRequest, code: str) -> HttpResponse:
    """Another name, or with `query` the filters that are set now."""
    view = get_saved_view_for(staff_of(request), code)
    form = ViewForm({"name": view.name, "query": view.query, **request.POST.dict()})
    if not form.is_valid():
        messages.error(request, unnamed())
        return redirect(address_of(view))
    before = address_of(view)
    try:
        view = change_view(view=view, **form.cleaned_data)
    except ViewNameTaken:
        messages.error(request, name_taken(form.cleaned_data["name"]))
        return redirect(before)
    toast(request, format_html(_("The view {name} was saved."), name=view.name))
    return redirect(address_of(view))


@staff_only
@require_POST
def saved_view_delete(request: HttpRequest, code: str) -> HttpResponse:
    view = get_saved_view_for(staff_of(request), code)
    delete_view(view=view)
    toast(request, format_html(_("The view {name} was deleted. The accounts and contacts in it stay as they are."), name=view.name))
    return redirect(LISTS[view.of])


def address_of(view: SavedView) -> str:
    return f"{reverse(LISTS[view.of])}?{view.query}&{SAVED}={view.code}"


def unnamed() -> str:
    return _("The view was not saved: set a filter, a search or an order first, and give it a name of at most 60 characters.")


def name_taken(name: str) -> str:
    return _("You have a view called “%(name)s” already. Choose another name, or open that view and change it.") % {"name": name}
