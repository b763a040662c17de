"""How a person is reached: their addresses with what each is used for, and the last e-mails to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.client_states import list_states
from actions.models import Action
from clients.enums import Switch
from clients.models import Account, AccountAddress, Address, Contact
from clients.queries import visible_accounts
from desk.account_contacts import suppressions
from desk.address_states import State, state_in_words
from firms.doors import powers
from firms.models import Staff
from firms.rules import sees_all_accounts
from lib import clock
from notifications.account_events import account_event_of
from notifications.deliveries import Delivery, last_deliveries
from notifications.models import Notice
from notifications.samples import CLIENT_EVENTS
from reminders.explaining.timeline import Entry, entry_of_notice, what_of
from templates_email.enums import EmailEvent

MOST_EMAILS = 10


@dataclass(frozen=True, slots=True)
class Use:
    """What an address is used for in one account: the names of the switches that are on."""

    account: Account
    switches: Sequence[str]


@dataclass(frozen=True, slots=True)
class AddressLine:
    """`replaced` says that another address stands in its place by now."""

    address: Address
    state: State
    uses: Sequence[Use]
    replaced: bool
    last: Delivery | None = None


def addresses_of(contact: Contact, staff: Staff) -> list[AddressLine]:
    """The primary one first, those that were replaced last. Five queries."""
    found = Address.objects.filter(firm=staff.firm_id, contact=contact).select_related("user", "field", "contact")
    addresses = sorted(found, key=lambda each: (each.unlinked_at is not None, not each.is_primary, each.pk))
    uses = AccountAddress.objects.filter(firm=staff.firm_id, address__in=addresses, account__in=visible_accounts(staff).order_by())
    by_address: dict[int, list[AccountAddress]] = {}
    for use in uses.select_related("account").order_by("account__name_key", "pk"):
        by_address.setdefault(use.address_id, []).append(use)
    stopped, ways = suppressions([each.pk for each in addresses], staff.firm), list_states(staff.firm, addresses)
    seen = None if sees_all_accounts(powers(staff)) else [use.account_id for own in by_address.values() for use in own]
    last = last_deliveries(staff.firm, [each.pk for each in addresses], accounts=seen)
    return [
        AddressLine(
            address=each,
            state=state_in_words(
                contact, login=any(use.login for use in by_address.get(each.pk, [])), suppressed=stopped.get(each.pk),
                on_the_way=ways[each.pk],
            ),
            uses=[Use(use.account, switches_of(use)) for use in by_address.get(each.pk, [])],
            replaced=each.unlinked_at is not None,
            last=last.get(each.pk),
        )
        for each in addresses
    ]  # fmt: skip


def switches_of(use: AccountAddress) -> list[str]:
    return [str(switch.label) for switch in Switch if getattr(use, switch.value)]


@dataclass(frozen=True, slots=True)
class EmailLine:
    """An e-mail that was sent to the person, or was not: `what` it was, and of which request."""

    entry: Entry
    what: str
    email: str
    action: Action | None


def emails_to(contact: Contact, staff: Staff) -> list[EmailLine]:
    """The last ones to any of their addresses about accounts in sight, sent or not, with the reason. One query."""
    addresses = Address.with_removed.filter(firm=staff.firm_id, contact=contact).order_by().values("pk")
    accounts = visible_accounts(staff).order_by().values("pk")
    notices = Notice.objects.filter(firm=staff.firm_id, address__in=addresses, account__in=accounts)
    rows = notices.select_related("contact", "message", "action").order_by("-decided_at", "-pk")[:MOST_EMAILS]
    held = staff.firm.holds_mail(clock.now())
    return [EmailLine(entry_of_notice(each, held=held), what_it_was(each), each.email, each.action) for each in rows]


def what_it_was(notice: Notice) -> str:
    if notice.event == EmailEvent.CLIENT_INVITATION:
        return _("Invitation to the client portal")
    if notice.event == EmailEvent.PASSWORD_RESET:
        return _("Link for a new password")
    if account_event_of(notice):
        return str(CLIENT_EVENTS[EmailEvent(notice.event)])
    return what_of(notice) if notice.action else _("Message about signing in")
