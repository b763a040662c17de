"""The people of an account as its page shows them: the state of each address, and whom a request would reach."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from access.client_access import is_active
from access.client_states import OnTheWay, PortalState, list_states
from actions.enums import ActionState
from actions.kinds import all_kinds
from actions.models import ActionParty
from clients.contact_queries import contacts_beyond_reach
from clients.enums import Relation
from clients.models import Account, AccountAddress, Address, Contact
from clients.queries import Person, may_change, people_of, uses_of
from desk.account_unlinked import UnlinkedRow, standing_in, unlinked_rows
from desk.address_states import State, state_in_words
from firms.models import Firm, Staff
from notifications.deliveries import Delivery, last_deliveries
from notifications.enums import SuppressionReason
from notifications.facts import recipient_of
from notifications.models import Suppression
from notifications.queries import WhoGets, who_of


@dataclass(frozen=True, slots=True)
class AddressRow:
    """`portal` is how far the address is on its way in, where its LOGIN is on; `suppressed` why nothing is sent to it, if so."""

    use: AccountAddress
    state: State
    portal: PortalState | None
    suppressed: str | None
    last: Delivery | None = None

    @property
    def may_be_invited(self) -> bool:
        return self.suppressed is None and self.portal not in (None, PortalState.ACTIVE)

    @property
    def has_bounced(self) -> bool:
        return self.suppressed == SuppressionReason.NO_SUCH_ADDRESS

    @property
    def was_invited(self) -> bool:
        return self.portal in (PortalState.INVITED, PortalState.EXPIRED)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`named_in` counts the open requests of this account that name the person."""

    person: Person
    rows: tuple[AddressRow, ...]
    named_in: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody with NOTIFY on who would get nothing all the same."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a request without named people would reach now."""

    names: list[str]
    unreached: list[Unreached]


@dataclass(frozen=True, slots=True)
class Contacts:
    """The part of an account's page that is about its people; a supplier's are reached by no request.

    `beyond_reach`: ids of the people whose addresses are not this member of staff's to change.
    """

    people: list[PersonRow]
    unlinked: list[UnlinkedRow]
    reach: Reach
    may_edit: bool
    is_supplier: bool
    beyond_reach: Collection[int] = ()

    @property
    def context(self) -> dict[str, object]:
        """For the templates; `only_login` is the code of the one address with which somebody can sign in, if it is one, `only_signer`
        that of the one person who can, and `only_notified` that of the one address that is told of anything."""
        current = sum(row.person.contact.archived_at is None for row in self.people)
        logins, signers = [address.code for address in self.logins], {address.contact.code for address in self.logins}
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        only = {"only_login": one_of(logins), "only_signer": one_of(signers), "only_notified": one_of(self.notified)}
        return {**own, **only, "may_leave": current > 1}

    @property
    def notified(self) -> list[str]:
        """The codes of the addresses that requests and reminders go to."""
        rows = [row for person in self.people if person.person.contact.archived_at is None for row in person.rows]
        return [row.use.address.code for row in rows if row.use.notify and row.suppressed is None]

    @property
    def logins(self) -> list[Address]:
        """The addresses that sign in to the account."""
        linked = [row.use.address for person in self.people for row in person.rows if row.portal is PortalState.ACTIVE]
        return [*linked, *(row.use.address for row in self.unlinked if is_active(row.use.address))]


def one_of(codes: Collection[str]) -> str:
    """The only one, or nothing."""
    return next(iter(codes)) if len(codes) == 1 else ""


def contacts_of_page(account: Account, staff: Staff, now: datetime) -> Contacts:
    """Five queries however many people, one more for whoever may not change every account."""
    uses, is_supplier = uses_of(account, stopped=STOPPED), account.relation == Relation.SUPPLIER
    suppressed = {use.address_id: reason for use in uses if (reason := getattr(use, "stopped", None))}
    states = list_states(account.firm, [address for use in uses for address in (use.address, standing_in(use.address)) if address])
    last = last_deliveries(account.firm, [use.address_id for use in uses], accounts=[account.pk])
    people = people_rows(account, uses, suppressed, states, last)
    reached = Reach([], []) if is_supplier else reach(account, uses, suppressed, people, now)
    may_edit = may_change(staff, account)
    beyond = contacts_beyond_reach(staff, account) if may_edit else ()
    return Contacts(people, unlinked_rows(uses, states), reached, may_edit, is_supplier, beyond)


def people_rows(
    account: Account,
    uses: Sequence[AccountAddress],
    suppressed: Mapping[int, str],
    states: Mapping[int, OnTheWay],
    last: Mapping[int, Delivery],
) -> list[PersonRow]:
    people, named = people_of(account, uses), named_in_open_requests(account)
    return [
        PersonRow(
            person=person,
            rows=tuple(
                replace(
                    address_row(account, use, person.contact, suppressed.get(use.address_id), states[use.address_id]),
                    last=last.get(use.address_id),
                )
                for use in person.uses
            ),
            named_in=named.count(person.contact.pk),
        )
        for person in people
    ]


def address_row(account: Account, use: AccountAddress, contact: Contact, suppressed: str | None, on_the_way: OnTheWay) -> AddressRow:
    is_out = contact.archived_at is not None or account.archived_at is not None or account.relation == Relation.SUPPLIER
    portal = on_the_way.state if use.login and not is_out else None
    words = state_in_words(contact, login=portal is not None, suppressed=suppressed, on_the_way=on_the_way)
    return AddressRow(use, words, portal, suppressed)


STOPPED = Subquery(Suppression.objects.filter(firm=OuterRef("firm"), address=OuterRef("address"), lifted_at=None).values("reason"))


def suppressions(addresses: Iterable[int], firm: Firm) -> dict[int, str]:
    found = Suppression.objects.filter(firm=firm, address__in=addresses, lifted_at=None)
    return dict(found.values_list("address_id", "reason"))


def named_in_open_requests(account: Account) -> list[int]:
    """The contact of each part that is still to be done."""
    parties = ActionParty.objects.filter(firm=account.firm_id, action__account=account, action__state=ActionState.OPEN, done_at=None)
    return list(parties.order_by().values_list("contact_id", flat=True))


def reach(
    account: Account, uses: Iterable[AccountAddress], suppressed: Collection[int], people: Sequence[PersonRow], now: datetime
) -> Reach:
    """Asks the resolver of the outbox for each kind of request; whoever gets one of them is reached.

    Whoever has NOTIFY off everywhere is left out of both lists: that is as wished.
    """
    preferences = list(dict.fromkeys(kind.preference for kind in all_kinds()))
    recipients = [recipient_of(account.firm, use, suppressed=use.address_id in suppressed) for use in uses]
    asked = [who for each in preferences for who in who_of(firm=account.firm, recipients=recipients, preference=each, now=now)]
    told = {who.contact_id for who in asked if who.gets_it}
    names = short_names([row.person.contact for row in people])
    unreached = [
        Unreached(names[row.person.contact.pk], why_not(row, asked))
        for row in people
        if row.person.contact.pk not in told and any(each.use.notify for each in row.rows)
    ]
    return Reach([name for contact, name in names.items() if contact in told], unreached)


def why_not(row: PersonRow, asked: Iterable[WhoGets]) -> str:
    """The reason at an address whose NOTIFY is on, as it goes on after a colon."""
    notified = {each.use.address.email for each in row.rows if each.use.notify}
    sentence = next((who.sentence for who in asked if who.email in notified), "")
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def short_names(contacts: Sequence[Contact]) -> dict[int, str]:
    """Contact id -> the first name, where it names one person alone, else the whole name."""
    first = Counter(contact.first_name for contact in contacts)
    alone = {contact.pk for contact in contacts if contact.first_name and first[contact.first_name] == 1}
    return {contact.pk: contact.first_name if contact.pk in alone else contact.name for contact in contacts}
