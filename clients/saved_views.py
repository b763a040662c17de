"""Views of a list that somebody saved for themself: filters, search and order under a name."""

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from clients.enums import ListName
from clients.errors import ViewNameTaken
from clients.models import SavedView
from firms.models import Staff
from tenancy.refusals import refusing

LONGEST = 2_000  # signs of a query
NOT_KEPT = ("page", "saved", "csrfmiddlewaretoken")


def saved_views(staff: Staff, of: ListName) -> QuerySet[SavedView]:
    """One's own, in the order of their names; nobody sees another's."""
    return SavedView.objects.filter(firm=staff.firm_id, staff=staff, of=of)


def get_saved_view_for(staff: Staff, code: str) -> SavedView:
    """404 for anybody else's."""
    return get_object_or_404(SavedView, firm=staff.firm_id, staff=staff, code=code)


def kept_query(text: str) -> str:
    """What of a list's address a view keeps: no page, nothing empty, nothing that no database takes."""
    query = QueryDict(text.replace("\0", "").replace("%00", "")[:LONGEST], mutable=True)
    for name in NOT_KEPT:
        query.pop(name, None)
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return query.urlencode()[:LONGEST]


@transaction.atomic
def save_view(*, staff: Staff, of: ListName, name: str, query: str) -> SavedView:
    """Raises `ViewNameTaken`."""
    with refusing("savedview_name_once", ViewNameTaken):
        return SavedView.objects.create(firm=staff.firm, staff=staff, of=of, name=name, query=kept_query(query))


@transaction.atomic
def change_view(*, view: SavedView, name: str | None = None, query: str | None = None) -> SavedView:
    """Another name, other filters. Raises `ViewNameTaken`."""
    view.name = view.name if name is None else name
    view.query = view.query if query is None else kept_query(query)
    with refusing("savedview_name_once", ViewNameTaken):
        view.save(update_fields=["name", "query"])
    return view


def delete_view(*, view: SavedView) -> None:
    SavedView.objects.filter(firm=view.firm_id, pk=view.pk).delete()
