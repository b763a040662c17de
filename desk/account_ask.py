"""Something is asked of the accounts that are ticked in the list, or of all that its filters show: first of which kind."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from actions.kinds import all_kinds
from desk.account_filters import asked_of
from desk.account_picks import Picked, find_chosen, refuse
from firms.doors import staff_of, staff_only
from lib import clock
from reminders.asking.batches import MOST, start_batch
from reminders.asking.queries import accounts_to_ask
from reminders.asking.registry import find_asking
from ui.filters import without


@staff_only
@require_POST
def account_ask(request: HttpRequest) -> HttpResponse:
    """A dialog over the list for htmx, else a page: what is asked for. Asks nothing."""
    picked = chosen_to_ask(request)
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    count = len(picked.accounts)
    title = ngettext("Ask %(count)s account", "Ask %(count)s accounts", count) % {"count": number_format(count, force_grouping=True)}
    context = {
        "act": "ask",
        "all": request.POST.get("all") == "on",
        "button": _("Continue"),
        "choices": [(kind.key, kind.noun) for kind in all_kinds()],
        "codes": request.POST.getlist("row"),
        "do_url": reverse("account_ask_start"),
        "meaning": _("Next you write what you ask for. Before anything is sent you see who will be told, and which accounts are left out."),
        "query": without(request.GET),
        "title": title,
    }
    return render(request, "desk/_account_bulk.html" if request.htmx else "desk/account_bulk.html", context)  # type: ignore[attr-defined]


@staff_only
@require_POST
def account_ask_start(request: HttpRequest) -> HttpResponse:
    """On to the words, with the accounts as they are chosen now."""
    picked, kind = chosen_to_ask(request), request.POST.get("chosen", "")
    if find_asking(kind) is None:
        raise Http404
    if picked.too_many or not picked.accounts:
        return refuse(request, picked)
    batch = start_batch(staff=staff_of(request), kind=kind, accounts=picked.accounts, now=clock.now())
    return redirect("ask_many_words", batch.code)


def chosen_to_ask(request: HttpRequest) -> Picked:
    """Every account that is chosen: which of them cannot be asked, and why, the page before the last step says."""
    staff = staff_of(request)
    accounts_to_ask(staff)  # 403 for whoever may ask nobody at all
    found, wanted = find_chosen(request, asked_of(staff, request.GET))
    return Picked([], too_many=True) if wanted > MOST else Picked(found)
