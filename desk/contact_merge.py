"""Two contacts who are one person: finding the other, seeing what the one who stays will have, merging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Field, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from clients.contact_queries import alike, get_person_to_change, known_contacts
from clients.custom_fields import fields_of, in_words, values_of
from clients.errors import Archived, Merged, SamePerson
from clients.merging import DETAILS
from clients.models import AccountContact, Contact
from clients.queries import visible_accounts
from clients.search import contacts_matching
from desk.contact_reach import AddressLine, addresses_of
from desk.named_requests import named_both
from desk.pages import city_of
from desk.templatetags.account_words import language_in_words
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from lib import clock
from reminders.merging import BothNamed, merge_contacts, request_naming_both
from ui.filters import search_of
from ui.toasts import toast

MOST_FOUND = 8
THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing known of the two: where both have something else, `name` is the control that says whose is kept."""

    name: str
    label: str | Promise
    own: str
    other: str

    @property
    def is_open(self) -> bool:
        return bool(self.own and self.other and self.own != self.other)

    @property
    def kept(self) -> str:
        return self.own or self.other


@dataclass(frozen=True, slots=True)
class Standing:
    """An account of the one who stays, with their function there; `is_new` where only the other stood in it so far."""

    link: AccountContact
    function: str
    is_new: bool


@staff_only
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_merge(request: HttpRequest, code: str) -> HttpResponse:
    """GET: find the other one, then `?with=` shows what will be. POST merges the other one into this contact."""
    staff = staff_of(request)
    contact = get_person_to_change(staff, code, everywhere=True)
    if contact.code != code or contact.archived_at:
        return redirect("contact_show", contact.code)
    if request.method == "POST":
        return _merge(request, staff, contact)
    if "with" in request.GET:
        return _preview(request, staff, contact, request.GET["with"])
    return _find(request, staff, contact)


def _merge(request: HttpRequest, staff: Staff, contact: Contact) -> HttpResponse:
    other = get_person_to_change(staff, request.POST.get("with", ""), everywhere=True)
    known = {field.code: field.pk for field in fields_of(staff.firm)}
    theirs = {known.get(name, name) for name in (*DETAILS, *known) if request.POST.get(f"take-{name}") == THEIRS}
    try:
        merge_contacts(survivor=contact, duplicate=other, theirs=theirs, by=Actor.staff(staff, request), now=clock.now())
    except (Archived, BothNamed, Merged, SamePerson) as refused:
        messages.error(request, why_not_merged(staff, refused))
        return redirect("contact_show", contact.code)
    toast(request, _("%(other)s was merged into %(name)s.") % {"other": other.name, "name": contact.name})
    return redirect("contact_show", contact.code)


def why_not_merged(staff: Staff, refused: Exception) -> str:
    """What stands in the way, and what to do."""
    if isinstance(refused, BothNamed):
        return named_both(staff, refused.action)
    if isinstance(refused, SamePerson):
        return _("This is the same contact already.")
    if isinstance(refused, Archived):
        return _("Nothing was merged: one of the two is archived. Take them out of the archive first.")
    return _("Nothing was merged: a colleague has merged one of the two meanwhile. Look at both once more.")


# --- Finding the other ---------------------------------------------------------------------------------------------------


def _find(request: HttpRequest, staff: Staff, contact: Contact) -> HttpResponse:
    text = search_of(request.GET)
    others = known_contacts(staff).filter(archived_at=None).exclude(pk=contact.pk)
    links = AccountContact.objects.filter(firm=staff.firm_id, account__in=visible_accounts(staff).order_by()).select_related("account")
    shown = contacts_matching(others, text) if text else others.filter(pk__in=[each.pk for each in alike(contact, others)])
    found = shown.order_by("name_key", "pk").prefetch_related("addresses", Prefetch("links", links))[:MOST_FOUND]
    template = "desk/contact_merge_find.html#found" if request.htmx else "desk/contact_merge_find.html"  # type: ignore[attr-defined]
    return render(request, template, {"contact": contact, "text": text, "found": found})


# --- What will be --------------------------------------------------------------------------------------------------------


def _preview(request: HttpRequest, staff: Staff, contact: Contact, code: str) -> HttpResponse:
    other = get_person_to_change(staff, code, everywhere=True)
    if other == contact or other.archived_at:
        return redirect("contact_merge", contact.code)
    both = request_naming_both(contact, other)
    accounts = standing_of(contact, other)
    context = {
        "contact": contact,
        "other": other,
        "choices": choices_of(contact, other),
        "accounts": accounts,
        "addresses": [*lines_of(contact, staff), *lines_of(other, staff)],
        "refusal": named_both(staff, both) if both else "",
        "other_way": f"{reverse('contact_merge', args=[other.code])}?with={contact.code}",
    }
    return render(request, "desk/contact_merge.html", context)


def choices_of(contact: Contact, other: Contact) -> list[Choice]:
    """The columns and the custom fields in which one of the two has something."""
    rows = [Choice(name, label_of(name), said(name, getattr(contact, name)), said(name, getattr(other, name))) for name in DETAILS]
    values = values_of(contact.firm, [contact.pk, other.pk])
    own, theirs = values.get(contact.pk, {}), values.get(other.pk, {})
    rows += [
        Choice(field.code, field.name, in_words(own.get(field.pk)), in_words(theirs.get(field.pk))) for field in fields_of(contact.firm)
    ]
    return [row for row in rows if row.kept]


def label_of(name: str) -> str | Promise:
    column = Contact._meta.get_field(name)
    assert isinstance(column, Field)
    return column.verbose_name


def said(name: str, value: str) -> str:
    words: Mapping[str, object] = {"language": language_in_words, "time_zone": city_of}
    in_these = words.get(name)
    return in_these(value) if value and callable(in_these) else value


def standing_of(contact: Contact, other: Contact) -> Sequence[Standing]:
    """Every account of the two, by name."""
    links = AccountContact.objects.filter(firm=contact.firm_id, contact__in=[contact, other]).select_related("account")
    found: dict[int, list[AccountContact]] = {}
    for link in links.order_by("account__name_key", "pk"):
        found.setdefault(link.account_id, []).append(link)
    return [_standing(both, contact) for both in found.values()]


def _standing(links: Sequence[AccountContact], contact: Contact) -> Standing:
    own = next((link for link in links if link.contact_id == contact.pk), None)
    function = own.function if own else ""
    return Standing(links[0], function or next((link.function for link in links if link.function), ""), own is None)


def lines_of(contact: Contact, staff: Staff) -> list[AddressLine]:
    return [line for line in addresses_of(contact, staff) if not line.replaced]
