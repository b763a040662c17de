"""The accounts that the list shows as a file: one row an address, under headings that the import understands."""

from collections.abc import Iterator, Mapping
from itertools import batched, chain

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from clients.importing.exporting import is_phone
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, Contact
from desk.account_filters import Asked, asked_of
from desk.accounts import bar_for, ordered
from desk.activity_export import Format, download
from desk.pages import today_of
from desk.sorting import columns_for
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.enums import Verb
from firms.models import Firm
from firms.services import write_activity
from lib import clock
from lib.counts import Wanted, capped_counts
from lib.tables import CSV, XLSX, as_csv, as_xlsx
from ui.filters import without

MOST_IN_A_FILE = 50_000  # accounts: a request has half a minute
PART = 1_000  # accounts read at once
WIDTH = 20  # characters, of each column

Row = tuple[str, ...]
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", CSV, lambda rows: as_csv(rows, spared=is_phone)),
    "xlsx": Format("Excel", XLSX, lambda rows: as_xlsx(rows, title=_("Accounts"), widths=[WIDTH] * len(headings()))),
}


@staff_only
@require_POST
def account_export(request: HttpRequest) -> HttpResponse:
    """View, filters, search and order stand in the address, as on the page. An act of its own: it leaves a line."""
    staff, now = staff_of(request), clock.now()
    ending = request.POST.get("format", "")
    if ending not in FORMATS:
        return HttpResponseBadRequest()
    asked = asked_of(staff, request.GET)
    count = capped_counts({"accounts": Wanted(asked.accounts, MOST_IN_A_FILE)})["accounts"] or 0
    if count > MOST_IN_A_FILE:
        messages.error(request, too_many())
        return redirect(reverse("account_list") + without(request.GET))
    accounts = ordered(asked.accounts, columns_for(request.GET, ("name", "manager", "group", "open"), default="name"))
    content = FORMATS[ending].write(chain([headings()], rows_of(staff.firm, accounts)))
    write_activity(
        firm=staff.firm, by=Actor.staff(staff, request), verb=Verb.ACCOUNTS_EXPORTED, now=now,
        detail=said_of(FORMATS[ending], count), new=said_of_filters(asked),
    )  # fmt: skip
    name = pgettext("file name", "accounts")
    return download(content, FORMATS[ending], f"{name}-{today_of(staff.firm, now).isoformat()}.{ending}")


def headings() -> Row:
    """In words that the import recognises."""
    return (
        _("Ref."), _("Account name"), _("Kind"), _("Client or supplier"), _("First name"), _("Last name"), _("E-mail"), _("Phone"),
        _("Language"), "LOGIN", "NOTIFY", "EMAIL SYNC", _("Manager"), _("Group"), _("Tags"), _("Client since"),
    )  # fmt: skip


def rows_of(firm: Firm, accounts: QuerySet[Account]) -> Iterator[Row]:
    """A constant number of queries for each part."""
    uses = AccountAddress.objects.filter(firm=firm)
    people = Contact.objects.filter(firm=firm).prefetch_related(Prefetch("addresses", Address.objects.filter(unlinked_at=None)))
    links = AccountContact.objects.filter(firm=firm, contact__archived_at=None).prefetch_related(Prefetch("contact", people))
    tags = AccountTag.objects.filter(firm=firm).select_related("tag").order_by("tag__name")
    whole = accounts.select_related("manager", "group").prefetch_related(
        Prefetch("links", links), Prefetch("account_addresses", uses), Prefetch("account_tags", tags)
    )
    for part in batched(whole.iterator(PART), PART):
        for account in part:
            yield from rows_of_account(account)


def rows_of_account(account: Account) -> Iterator[Row]:
    """One an address; one a contact without any; one for an account of nobody."""
    uses = {use.address_id: use for use in account.account_addresses.all()}
    people = [(link.contact, address) for link in account.links.all() for address in addresses_of(link.contact)]
    before, after = of_account(account)
    for contact, address in people or [(None, None)]:
        yield (*before, *of_person(contact, address, uses.get(address.pk) if address else None), *after)


def addresses_of(contact: Contact) -> list[Address | None]:
    addresses = sorted(contact.addresses.all(), key=lambda address: (not address.is_primary, address.pk))
    return [*addresses] or [None]


def of_account(account: Account) -> tuple[Row, Row]:
    """What stands left and right of the person."""
    tags = ", ".join(each.tag.name for each in account.account_tags.all())
    since = account.client_since.isoformat() if account.client_since else ""
    before = (account.reference, account.name, account.get_kind_display(), account.get_relation_display())
    return before, (account.manager.name if account.manager else "", account.group.name if account.group else "", tags, since)


def of_person(contact: Contact | None, address: Address | None, use: AccountAddress | None) -> Row:
    if contact is None:
        return ("",) * 8
    person = (contact.first_name, contact.last_name, address.email if address else "", contact.phone, contact.language.upper())
    if address is None:
        return (*person, "", "", "")
    switches = (use.login, use.notify, use.email_sync) if use else (False, False, False)
    return (*person, *(_("yes") if on else _("no") for on in switches))


def too_many() -> str:
    text = _("More than %(most)s accounts match, and a file holds at most that many. Narrow the filters, by manager or group say.")
    return text % {"most": number_format(MOST_IN_A_FILE, force_grouping=True)}


def said_of(file_format: Format, count: int) -> str:
    words = {"format": file_format.name, "count": number_format(count, force_grouping=True)}
    return ngettext("%(format)s, %(count)s account", "%(format)s, %(count)s accounts", count) % words


def said_of_filters(asked: Asked) -> str:
    """What the file was narrowed by, as the chips say it."""
    bar = bar_for(asked, "", "")
    searched = [f"{bar.search_label}: {bar.search}"] if bar.search else []
    return "; ".join([*searched, *(f"{chip.label}: {chip.value}" for chip in bar.chips)])
