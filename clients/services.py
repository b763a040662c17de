"""Writes about accounts; about their people see clients.people, about addresses clients.addresses."""

from collections.abc import Collection
from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from clients.addresses import change_switches
from clients.enums import Relation
from clients.errors import ReferenceInUse, StillUsed
from clients.inputs import AccountDetails, KnownPerson, NewPerson
from clients.locks import locked_account, locked_person
from clients.log import AccountLog
from clients.logins import settle_logins_of_accounts
from clients.models import Account, AccountTag, Group, Tag
from clients.people import add_person, link_to
from clients.queries import is_used
from firms.actors import Actor
from firms.changes import Change, change_fields
from firms.enums import Verb
from firms.models import ActivityLine, Firm, Staff
from firms.places import words_for
from firms.services import activity_line
from tenancy.refusals import refusing


@transaction.atomic
def create_account(
    *, firm: Firm, name: str, first: NewPerson | KnownPerson, by: Actor, now: datetime, **details: Unpack[AccountDetails]
) -> Account:
    """A new account with its first contact. Raises `Merged`, `ReferenceInUse`, `AddressInUse`, `NoPortal`, `LoginInUse`."""
    account = Account(firm=firm, name=name, created_at=now)
    change_fields(account, _columns(firm, details))
    with refusing("account_reference_once", ReferenceInUse):
        account.save(force_insert=True)
    log = AccountLog(account, by, now)
    log.line(Verb.ACCOUNT_CREATED, subject=name)
    _set_tags(account, details.get("tags", ()))
    if isinstance(first, NewPerson):
        add_person(log, first)
    else:
        link_to(log, locked_person(first.contact), first.function)
        if first.address:
            change_switches(account=account, address=first.address, by=by, now=now, **first.switches.values)
    return account


@transaction.atomic
def change_account(*, account: Account, name: str, by: Actor, now: datetime, **details: Unpack[AccountDetails]) -> Account:
    """Changes what is given and leaves the rest; one activity line a field. Raises `ReferenceInUse`, or `StillUsed` (M24)."""
    account = locked_account(account)
    if details.get("relation") == Relation.SUPPLIER != account.relation and is_used(account):
        raise StillUsed
    changes = change_fields(account, {"name": name, **_columns(account.firm, details)}, words=words_for())
    with refusing("account_reference_once", ReferenceInUse):
        account.save()
    if "tags" in details:
        changes += _set_tags(account, details["tags"])
    AccountLog(account, by, now).changed(Verb.ACCOUNT_CHANGED, account.name, changes)
    return account


@transaction.atomic
def archive_account(*, account: Account, by: Actor, now: datetime) -> Account:
    """Takes the account out of the lists; it keeps its history and can be restored."""
    return _set_archived(account, now, by, now)


@transaction.atomic
def restore_account(*, account: Account, by: Actor, now: datetime) -> Account:
    return _set_archived(account, None, by, now)


def _set_archived(account: Account, archived_at: datetime | None, by: Actor, now: datetime) -> Account:
    account = locked_account(account)
    if (account.archived_at is None) != (archived_at is None):
        account.archived_at = archived_at
        account.save(update_fields=["archived_at"])
        states = [_("in use"), _("archived")]
        old, new = states if archived_at else reversed(states)
        AccountLog(account, by, now).line(Verb.ACCOUNT_CHANGED, subject=account.name, detail=_("State"), old=old, new=new)
        settle_logins_of_accounts(account.firm, [account.pk])
    return account


def _columns(firm: Firm, details: AccountDetails) -> dict[str, object]:
    columns: dict[str, object] = {name: value for name, value in details.items() if name not in ("group", "tags")}
    if "group" in details:
        name = details["group"]
        columns["group"] = Group.objects.get_or_create(firm=firm, name=name)[0] if name else None
    return columns


def _set_tags(account: Account, names: Collection[str]) -> list[Change]:
    own = AccountTag.objects.filter(firm=account.firm_id, account=account)
    old = {each.tag.name for each in own.select_related("tag")}
    if old == set(names):
        return []
    own.exclude(tag__name__in=names).delete()
    tags = [Tag.objects.get_or_create(firm_id=account.firm_id, name=name)[0] for name in sorted(set(names) - old)]
    AccountTag.objects.bulk_create([AccountTag(firm_id=account.firm_id, account=account, tag=tag) for tag in tags])
    return [Change(_("Tags"), ", ".join(sorted(old)), ", ".join(sorted(names)))]


# --- Managers ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over_accounts(*, firm: Firm, of: Staff, to: Staff | None, by: Actor, now: datetime) -> int:
    """Gives every account that `of` manages to `to`, or to nobody; a line for each, in two statements however many. How many they were."""
    accounts = list(Account.objects.select_for_update(no_key=True).filter(firm=firm, manager=of).order_by("pk"))
    Account.objects.filter(firm=firm, pk__in=[account.pk for account in accounts]).update(manager=to)
    label = Account._meta.get_field("manager").verbose_name
    ActivityLine.objects.bulk_create(
        activity_line(
            firm=firm, by=by, verb=Verb.ACCOUNT_CHANGED, now=now, account_id=account.pk, subject=account.name,
            detail=label, old=of.name, new=to.name if to else "",
        )
        for account in accounts
    )  # fmt: skip
    return len(accounts)
