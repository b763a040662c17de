"""The people of an account as its page shows them: the state of each address, and whom a request would reach."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actions.enums import ActionState
from actions.kinds import all_kinds
from actions.models import ActionParty
from clients.models import Account, AccountAddress, Contact
from clients.queries import Person, people_of
from firms.models import Firm
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from notifications.queries import WhoGets, who_would_get


@dataclass(frozen=True, slots=True)
class AddressRow:
    """`state` without a colour is plain text; `note` says more about it."""

    use: AccountAddress
    state: str | Promise
    color: str
    icon: str
    note: str | Promise


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`named_in` counts the open requests of this account that name the person."""

    person: Person
    rows: tuple[AddressRow, ...]
    named_in: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody with Notify on who would get nothing all the same."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a request without named people would reach now."""

    names: list[str]
    unreached: list[Unreached]


def people_rows(account: Account) -> list[PersonRow]:
    """Five queries however many people."""
    people = people_of(account)
    suppressed = suppressions([use.address_id for person in people for use in person.uses], account.firm)
    named = named_in_open_requests(account)
    return [
        PersonRow(
            person=person,
            rows=tuple(address_row(use, suppressed.get(use.address_id)) for use in person.uses),
            named_in=named.count(person.contact.pk),
        )
        for person in people
    ]


def address_row(use: AccountAddress, suppressed: str | None) -> AddressRow:
    """An address that receives nothing says so before all else."""
    if suppressed == SuppressionReason.BY_STAFF:
        return AddressRow(use, _("Written to no more"), "red", "mail-x", SuppressionReason.BY_STAFF.label)
    if suppressed:
        return AddressRow(use, pgettext_lazy("an address", "Bounced"), "red", "mail-x", _("no such mailbox"))
    if use.address.user_id:
        return AddressRow(use, _("Active"), "green", "", "")
    if use.login:
        return AddressRow(use, _("Pending"), "yellow", "hourglass", "")
    return AddressRow(use, _("Not used for the portal"), "", "", "")


def suppressions(addresses: Iterable[int], firm: Firm) -> dict[int, str]:
    found = Suppression.objects.filter(firm=firm, address__in=addresses, lifted_at=None)
    return dict(found.values_list("address_id", "reason"))


def named_in_open_requests(account: Account) -> list[int]:
    """The contact of each part that is still to be done."""
    parties = ActionParty.objects.filter(firm=account.firm_id, action__account=account, action__state=ActionState.OPEN, done_at=None)
    return list(parties.order_by().values_list("contact_id", flat=True))


def reach(account: Account, people: Sequence[PersonRow], now: datetime) -> Reach:
    """Asks the resolver of the outbox for each kind of request; whoever gets one of them is reached.

    Whoever has Notify off everywhere is left out of both lists: that is as wished.
    """
    preferences = list(dict.fromkeys(kind.preference for kind in all_kinds()))
    asked = [who for each in preferences for who in who_would_get(firm=account.firm, account=account, preference=each, named=(), now=now)]
    told = {who.contact_id for who in asked if who.gets_it}
    names = short_names([row.person.contact for row in people])
    unreached = [
        Unreached(names[row.person.contact.pk], why_not(row, asked))
        for row in people
        if row.person.contact.pk not in told and any(each.use.notify for each in row.rows)
    ]
    return Reach([name for contact, name in names.items() if contact in told], unreached)


def why_not(row: PersonRow, asked: Iterable[WhoGets]) -> str:
    """The reason at an address whose Notify is on."""
    notified = {each.use.address.email for each in row.rows if each.use.notify}
    return next((who.sentence for who in asked if who.email in notified), "")


def short_names(contacts: Sequence[Contact]) -> dict[int, str]:
    """Contact id -> the first name, where it names one person alone, else the whole name."""
    first = Counter(contact.first_name for contact in contacts)
    alone = {contact.pk for contact in contacts if contact.first_name and first[contact.first_name] == 1}
    return {contact.pk: contact.first_name if contact.pk in alone else contact.name for contact in contacts}
