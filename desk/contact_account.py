"""Linking a person to one more account, from the person's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from clients.models import Contact
from clients.people import link_contact
from clients.queries import changeable_accounts, get_account_to_change, get_contact_for
from clients.search import accounts_matching
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from lib import clock
from lib.codes import is_code
from ui.filters import search_of
from ui.toasts import toast

MOST_FOUND = 8


@staff_only
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_account(request: HttpRequest, code: str) -> HttpResponse:
    """GET: search an account. POST links the person to the one that was found; archived people are linked to none."""
    staff = staff_of(request)
    contact = get_contact_for(staff, code)
    if request.method == "POST":
        return _link(request, staff, contact)
    text = search_of(request.GET)
    others = changeable_accounts(staff).filter(archived_at=None).exclude(links__contact=contact)
    found = accounts_matching(others, text).order_by("name_key", "pk")[:MOST_FOUND] if text.strip() else []
    template = "desk/contact_account.html#found" if request.htmx else "desk/contact_account.html"  # type: ignore[attr-defined]
    return render(request, template, {"contact": contact, "text": text, "found": found})


def _link(request: HttpRequest, staff: Staff, contact: Contact) -> HttpResponse:
    chosen = request.POST.get("account", "")
    if not is_code(chosen):
        raise Http404
    account = get_account_to_change(staff, chosen)
    link_contact(account=account, contact=contact, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("%(name)s was linked. Switch on what each address is used for.") % {"name": contact.name})
    return redirect("account_show", account.code)
