"""One act on many accounts: a constant number of statements however many, a line in each account's activity, and a way back.

Accounts that whoever acts may not change are passed over; the caller tells how many they were. clients.bulk_undo takes an act back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.addresses import list_uses
from clients.enums import BulkAct, Relation, Switch
from clients.locks import lock_addresses
from clients.logins import settle_logins_of_accounts
from clients.models import Account, AccountAddress, AccountContact, AccountTag, Address, BulkChange, Group, Tag
from clients.queries import changeable_accounts, notified_addresses_of_contact
from firms.actors import Actor
from firms.changes import Text
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from firms.services import activity_line

MOST = 5_000  # accounts at once: a request has half a minute

Chosen = Staff | Group | Tag | None


@dataclass(frozen=True, slots=True)
class Bulk:
    """One act while it is being done: the accounts are locked; what is told of each is gathered in `lines`."""

    firm: Firm
    accounts: Mapping[int, Account]
    chosen: Chosen
    by: Actor
    now: datetime
    lines: list[ActivityLine] = field(default_factory=list)

    def tell(self, account: int, verb: Verb, *, subject: str = "", detail: Text, old: Text = "", new: Text = "") -> None:
        self.lines.append(
            activity_line(
                firm=self.firm, by=self.by, verb=verb, now=self.now, account_id=account,
                subject=subject or self.accounts[account].name, detail=detail, old=old, new=new,
            )
        )  # fmt: skip


@transaction.atomic
def change_in_bulk(
    *, staff: Staff, act: BulkAct, accounts: Collection[int], by: Actor, now: datetime, chosen: Chosen = None
) -> BulkChange | None:
    """What was changed, with the means to undo it; None where everything stood already as it should.

    `chosen` is the manager, group or tag. Which accounts may be archived is the caller's to know: requests are above this app.
    """
    bulk = Bulk(staff.firm, locked_accounts(staff, accounts), chosen, by, now)
    before = ACTS[act](bulk)
    if not before:
        return None
    ActivityLine.objects.bulk_create(bulk.lines)
    kept = {"to": chosen.pk if chosen else None, "rows": before, "accounts": len(bulk.lines)}
    return BulkChange.objects.create(firm=staff.firm, staff=staff, act=act, before=kept, at=now)


def locked_accounts(staff: Staff, accounts: Collection[int]) -> dict[int, Account]:
    found = changeable_accounts(staff).filter(pk__in=accounts).select_related("manager", "group")
    return {account.pk: account for account in found.select_for_update(of=("self",), no_key=True).order_by("pk")}


# --- Manager and group ---------------------------------------------------------------------------------------------------

Before = dict[int, object]  # id of each changed row -> what it held


def _set_manager(bulk: Bulk) -> Before:
    return _set_column(bulk, "manager")


def _set_group(bulk: Bulk) -> Before:
    return _set_column(bulk, "group")


def _set_column(bulk: Bulk, column: str) -> Before:
    new = bulk.chosen.pk if bulk.chosen else None
    before: Before = {pk: getattr(each, f"{column}_id") for pk, each in bulk.accounts.items() if getattr(each, f"{column}_id") != new}
    Account.objects.filter(firm=bulk.firm, pk__in=before).update(**{column: new})
    for account in before:
        old = getattr(bulk.accounts[account], column)
        tell_column(bulk, account, column, str(old) if old else "", str(bulk.chosen) if bulk.chosen else "")
    return before


def tell_column(bulk: Bulk, account: int, column: str, old: str, new: str) -> None:
    label = Account._meta.get_field(column).verbose_name  # type: ignore[union-attr]
    bulk.tell(account, Verb.ACCOUNT_CHANGED, detail=label, old=old, new=new)


# --- Tags ----------------------------------------------------------------------------------------------------------------


def _add_tag(bulk: Bulk) -> Before:
    assert isinstance(bulk.chosen, Tag)
    return add_tag(bulk, bulk.chosen, bulk.accounts)


def _take_tag_away(bulk: Bulk) -> Before:
    assert isinstance(bulk.chosen, Tag)
    return take_tag_away(bulk, bulk.chosen, bulk.accounts)


def add_tag(bulk: Bulk, tag: Tag, accounts: Iterable[int]) -> Before:
    tags = tags_of_accounts(bulk)
    missing = [account for account in accounts if tag.name not in tags.get(account, set())]
    AccountTag.objects.bulk_create([AccountTag(firm=bulk.firm, account_id=account, tag=tag) for account in missing], ignore_conflicts=True)
    for account in missing:
        _tell_tags(bulk, account, tags.get(account, set()), tags.get(account, set()) | {tag.name})
    return dict.fromkeys(missing)


def take_tag_away(bulk: Bulk, tag: Tag, accounts: Iterable[int]) -> Before:
    tags = tags_of_accounts(bulk)
    having = [account for account in accounts if tag.name in tags.get(account, set())]
    AccountTag.objects.filter(firm=bulk.firm, tag=tag, account__in=having).delete()
    for account in having:
        _tell_tags(bulk, account, tags[account], tags[account] - {tag.name})
    return dict.fromkeys(having)


def tags_of_accounts(bulk: Bulk) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = AccountTag.objects.filter(firm=bulk.firm, account__in=bulk.accounts).values_list("account", "tag__name")
    for account, name in rows:
        found.setdefault(account, set()).add(name)
    return found


def _tell_tags(bulk: Bulk, account: int, old: set[str], new: set[str]) -> None:
    bulk.tell(account, Verb.ACCOUNT_CHANGED, detail=_("Tags"), old=", ".join(sorted(old)), new=", ".join(sorted(new)))


# --- NOTIFY --------------------------------------------------------------------------------------------------------------


def _switch_notify_on(bulk: Bulk) -> Before:
    """The primary address of each linked contact of whom no address is notified there; of suppliers nothing is asked (M24)."""
    clients = [pk for pk, account in bulk.accounts.items() if account.relation == Relation.CLIENT]
    lock_addresses(bulk.firm, Address.objects.filter(contact__links__account__in=clients))
    wanted = set(_silent_contacts(bulk.firm, clients).values_list("account", "contact__addresses"))
    list_uses([AccountAddress(firm=bulk.firm, account_id=account, address_id=address) for account, address in wanted])
    addresses = {address for _account, address in wanted}
    uses = AccountAddress.objects.filter(firm=bulk.firm, account__in=clients, address__in=addresses, notify=False)
    return switch_notify(bulk, [use for use in uses.select_related("address") if (use.account_id, use.address_id) in wanted], on=True)


def _silent_contacts(firm: Firm, accounts: Collection[int]) -> QuerySet[AccountContact]:
    """Links of contacts that have a primary address, and nothing that is notified in the account."""
    links = AccountContact.objects.filter(firm=firm, account__in=accounts, contact__archived_at=None).order_by()
    return links.filter(~notified_addresses_of_contact(), contact__addresses__is_primary=True)


def _switch_notify_off(bulk: Bulk) -> Before:
    lock_addresses(bulk.firm, Address.objects.filter(account_addresses__account__in=bulk.accounts, account_addresses__notify=True))
    uses = AccountAddress.objects.filter(firm=bulk.firm, account__in=bulk.accounts, notify=True)
    return switch_notify(bulk, list(uses.select_related("address")), on=False)


def switch_notify(bulk: Bulk, uses: Collection[AccountAddress], *, on: bool) -> Before:
    """Sets NOTIFY in these rows, whose addresses are locked and read; one line an account."""
    AccountAddress.objects.filter(firm=bulk.firm, pk__in=[use.pk for use in uses]).update(notify=on)
    emails: dict[int, list[str]] = {}
    for use in uses:
        emails.setdefault(use.account_id, []).append(use.address.email)
    verb = Verb.SWITCHED_ON if on else Verb.SWITCHED_OFF
    for account, switched in emails.items():
        bulk.tell(account, verb, subject=", ".join(sorted(switched)), detail=Switch.NOTIFY.label)
    return {use.pk: not on for use in uses}


# --- The archive ---------------------------------------------------------------------------------------------------------


def _archive(bulk: Bulk) -> Before:
    return set_archived(bulk, {pk: bulk.now for pk, account in bulk.accounts.items() if account.archived_at is None})


def _restore(bulk: Bulk) -> Before:
    return set_archived(bulk, {pk: None for pk, account in bulk.accounts.items() if account.archived_at is not None})


def set_archived(bulk: Bulk, since: Mapping[int, datetime | None]) -> Before:
    """Into the archive or out of it, account by account as `since` says; logins follow."""
    before: Before = {}
    for pk, archived_at in since.items():
        account = bulk.accounts[pk]
        old, new = (_("in use"), _("archived")) if archived_at else (_("archived"), _("in use"))
        bulk.tell(pk, Verb.ACCOUNT_CHANGED, detail=_("State"), old=old, new=new)
        before[pk] = account.archived_at.isoformat() if account.archived_at else None
        account.archived_at = archived_at
    Account.objects.bulk_update([bulk.accounts[pk] for pk in since], ["archived_at"])
    settle_logins_of_accounts(bulk.firm, since)
    return before


ACTS: Mapping[BulkAct, Callable[[Bulk], Before]] = {
    BulkAct.MANAGER: _set_manager,
    BulkAct.GROUP: _set_group,
    BulkAct.TAG: _add_tag,
    BulkAct.UNTAG: _take_tag_away,
    BulkAct.NOTIFY_ON: _switch_notify_on,
    BulkAct.NOTIFY_OFF: _switch_notify_off,
    BulkAct.ARCHIVE: _archive,
    BulkAct.RESTORE: _restore,
}
