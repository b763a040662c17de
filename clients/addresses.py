"""Writes about the addresses of people, and about what each is used for in each account."""

from datetime import datetime
from typing import Unpack

from django.db import transaction

from clients.enums import Preference, Relation, Switch
from clients.errors import AddressInUse, NoPortal, Unlinked
from clients.inputs import PreferenceValues, Switches, SwitchValues
from clients.locks import lock_accounts_of, locked_account, locked_address, locked_person
from clients.log import AccountLog
from clients.logins import has_login, note_login_ended, settle_login, settle_login_if_free
from clients.models import Account, AccountAddress, AccountContact, Address, Contact, CustomField
from clients.names import email_key
from firms.actors import Actor
from firms.changes import Change, change_fields
from firms.enums import Verb
from firms.logins import refuse_login_in_use
from tenancy.refusals import refusing

# --- Adding and listing --------------------------------------------------------------------------------------------------


@transaction.atomic
def add_address(
    *, account: Account, contact: Contact, email: str, switches: Switches, by: Actor, now: datetime, field: CustomField | None = None
) -> Address:
    """One more address of a contact: with `switches` here, all off in the contact's other accounts.

    `field` is the custom e-mail field that it fills. Raises `Merged`, `AddressInUse`, `NoPortal`, `LoginInUse`.
    """
    lock_accounts_of(contact)
    return add_address_to(AccountLog(account, by, now), locked_person(contact), email, switches, field)


def add_address_to(log: AccountLog, contact: Contact, email: str, switches: Switches, field: CustomField | None = None) -> Address:
    address = take_address(contact, email, log.now, field)
    _set(_locked_use(log.account, address), switches.values)
    words = [str(Switch(name).label) for name, on in switches.values.items() if on]
    log.line(Verb.ADDRESS_ADDED, subject=contact.name, detail=address.email, new=", ".join(words))
    return address


def take_address(contact: Contact, email: str, now: datetime, field: CustomField | None = None) -> Address:
    """The contact's earlier address `email`, which is theirs again, or a new one; raises `AddressInUse`."""
    return _bring_back(contact, email, field) or make_address(contact, email, now, field)


def make_address(contact: Contact, email: str, now: datetime, field: CustomField | None = None) -> Address:
    """A row for each account that its contact stands in, every switch off; the first address of a contact is their primary one."""
    first = not Address.objects.filter(firm=contact.firm_id, contact=contact, is_primary=True).exists()
    with refusing("address_once_in_firm", AddressInUse):
        address = Address.objects.create(
            firm_id=contact.firm_id, contact=contact, email=email.strip(), field=field, is_primary=first, created_at=now
        )
    list_in_accounts(address)
    return address


def _bring_back(contact: Contact, email: str, field: CustomField | None) -> Address | None:
    """An address that had been replaced, and is its contact's again."""
    address = Address.objects.filter(firm=contact.firm_id, contact=contact, email_key=email_key(email)).first()
    if address is None or address.unlinked_at is None:
        return None
    first = not Address.objects.filter(firm=contact.firm_id, contact=contact, is_primary=True).exists()
    address.unlinked_at, address.replaced_by, address.field, address.is_primary = None, None, field, first
    address.save(update_fields=["unlinked_at", "replaced_by", "field", "is_primary"])
    list_in_accounts(address)
    return address


def list_in_accounts(address: Address) -> None:
    links = AccountContact.objects.filter(firm=address.firm_id, contact=address.contact_id)
    list_uses([AccountAddress(firm_id=address.firm_id, account_id=link.account_id, address=address) for link in links])


def list_uses(uses: list[AccountAddress]) -> None:
    """Every address of a linked contact has a row, so that the outbox can say of each why it was told or not."""
    AccountAddress.objects.bulk_create(uses, ignore_conflicts=True)


@transaction.atomic
def make_primary(*, address: Address, account: Account, by: Actor, now: datetime) -> None:
    """The address that is proposed first wherever one of its contact's is to be chosen; a line in each of their accounts.

    Raises `Unlinked`.
    """
    accounts = lock_accounts_of(address.contact)
    address = locked_address(address)
    if not address.is_linked:
        raise Unlinked
    if address.is_primary:
        return
    Address.objects.filter(firm=address.firm_id, contact=address.contact_id, is_primary=True).update(is_primary=False)
    address.is_primary = True
    address.save(update_fields=["is_primary"])
    AccountLog(account, by, now).line_in_each(accounts, Verb.ADDRESS_PRIMARY, subject=address.contact.name, detail=address.email)


# --- Switches and preferences --------------------------------------------------------------------------------------------


@transaction.atomic
def change_switches(*, account: Account, address: Address, by: Actor, now: datetime, **switches: Unpack[SwitchValues]) -> AccountAddress:
    """Sets the given switches of this address in this account; one activity line for each that was different.

    Without LOGIN an unlinked address has nothing left here, and its row goes (M15). Raises `NoPortal`, `Unlinked`, `LoginInUse` (B10).
    """
    use = _locked_use(account, address)
    changes = _set(use, switches)
    log = AccountLog(account, by, now)
    for change in changes:
        verb = Verb.SWITCHED_ON if switches[Switch(change.field)] else Verb.SWITCHED_OFF  # type: ignore[literal-required]
        log.line(verb, subject=address.email, detail=Switch(change.field).label)
    if use.address.unlinked_at is not None and not use.login:
        use.delete()
        remove_if_unused(use.address, now)
    return use


def _set(use: AccountAddress, switches: SwitchValues) -> list[Change]:
    """Sets switches as the rules allow it, and has the login follow."""
    address = use.address
    if not address.is_linked and _comes(use, switches, *Switch):
        raise Unlinked
    if use.account.relation == Relation.SUPPLIER and _comes(use, switches, Switch.LOGIN, Switch.NOTIFY):
        raise NoPortal
    if _comes(use, switches, Switch.LOGIN):
        refuse_login_in_use(address.email, address.user)
    changes = change_fields(use, switches)
    use.save()
    if any(change.field == Switch.LOGIN for change in changes):
        if not use.login:
            note_login_ended(address)
        settle_login(address)
    return changes


def _locked_use(account: Account, address: Address) -> AccountAddress:
    """Account and address as they are now: the account may have become a supplier's since it was read."""
    account, address = locked_account(account), locked_address(address)
    use, _ = AccountAddress.objects.get_or_create(firm=account.firm, account=account, address=address)
    use.account, use.address = account, address
    return use


def _comes(use: AccountAddress, switches: SwitchValues, *which: Switch) -> bool:
    """Whether one of these is off so far and is to go on."""
    return any(switches.get(switch.value) and not getattr(use, switch.value) for switch in which)


@transaction.atomic
def change_preferences(
    *, account: Account, address: Address, by: Actor, now: datetime, **wants: Unpack[PreferenceValues]
) -> AccountAddress:
    """Sets the given preferences of this address in this account (C24)."""
    use = _locked_use(account, address)
    changes = change_fields(use, wants)
    use.save()
    AccountLog(account, by, now).changed(Verb.PREFERENCE_CHANGED, address.email, changes)
    return use


# --- Replacing and removing ----------------------------------------------------------------------------------------------


@transaction.atomic
def replace_address(*, account: Account, old: Address, email: str, by: Actor, now: datetime) -> Address:
    """`email` takes the place of `old` in every account of its contact (C38, C40), with a line in each.

    What `old` hears of goes to the new address. Where somebody signs in with `old`, it stays among the unlinked e-mails with LOGIN on,
    and the new one begins without; where nobody did so yet, LOGIN goes over and `old` is gone (C08). Raises `AddressInUse`, `Unlinked`,
    `LoginInUse`.
    """
    accounts = lock_accounts_of(old.contact)
    try:
        old = locked_address(old)
    except Address.DoesNotExist:  # removed meanwhile
        raise Unlinked from None
    if not old.is_linked:
        raise Unlinked
    if old.email_key == email_key(email):
        raise AddressInUse
    signs_in = old.user is not None and old.user.is_active and has_login(old)
    Address.objects.filter(firm=old.firm_id, pk=old.pk).update(is_primary=False, field=None, unlinked_at=now)
    new = _taking_over(old, email, now)
    for use in AccountAddress.objects.filter(firm=old.firm_id, address=old):
        _hand_over(use, new, keep_login=signs_in)
    old.refresh_from_db()
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    Address.objects.filter(firm=old.firm_id, replaced_by=old).exclude(pk=new.pk).update(replaced_by=new)  # those that `old` had replaced
    if not signs_in:
        note_login_ended(old)
    if has_login(new):
        refuse_login_in_use(new.email, new.user)
        settle_login(new)
    remove_if_unused(old, now)
    log = AccountLog(account, by, now)
    log.line_in_each(accounts, Verb.ADDRESS_REPLACED, subject=old.contact.name, detail=new.email, old=old.email, new=new.email)
    return new


def _taking_over(old: Address, email: str, now: datetime) -> Address:
    """The contact's address `email`, new or not, in the place of `old`; raises `AddressInUse` where it is somebody else's."""
    own = Address.objects.filter(firm=old.firm_id, contact=old.contact_id, email_key=email_key(email)).exclude(pk=old.pk).first()
    new = _bring_back(old.contact, email, old.field) or own or make_address(old.contact, email, now, old.field)
    if old.is_primary and not new.is_primary:
        new.is_primary = True
        new.save(update_fields=["is_primary"])
    return new


def _hand_over(use: AccountAddress, new: Address, *, keep_login: bool) -> None:
    """What the old address heard of in one account, the new one hears of from now on."""
    taken, _ = AccountAddress.objects.get_or_create(firm_id=use.firm_id, account_id=use.account_id, address=new)
    if not taken.notify:  # else it has preferences of its own
        for preference in Preference:
            setattr(taken, preference.value, getattr(use, preference.value))
    taken.notify, taken.email_sync = taken.notify or use.notify, taken.email_sync or use.email_sync
    taken.login = taken.login or (use.login and not keep_login)
    taken.save()
    if keep_login and use.login:
        AccountAddress.objects.filter(firm=use.firm_id, pk=use.pk).update(notify=False, email_sync=False)
    else:
        use.delete()


@transaction.atomic
def remove_address(*, account: Account, address: Address, by: Actor, now: datetime) -> None:
    """Takes the address from its contact, in every account: nothing more is sent to it and nobody signs in with it; a line in each.

    Raises nothing.
    """
    accounts = lock_accounts_of(address.contact)
    try:
        address = locked_address(address)
    except Address.DoesNotExist:  # a colleague was faster
        return
    AccountAddress.objects.filter(firm=address.firm_id, address=address).delete()
    note_login_ended(address)
    remove_if_unused(address, now)
    AccountLog(account, by, now).line_in_each(accounts, Verb.ADDRESS_REMOVED, subject=address.contact.name, detail=address.email)


def remove_if_unused(address: Address, now: datetime) -> None:
    """An address that is used in no account any more stays for the record alone; the next one of its contact becomes the primary."""
    if AccountAddress.objects.filter(firm=address.firm_id, address=address).exists():
        settle_login_if_free(address)
        return
    was_primary = address.is_primary
    address.is_primary, address.field, address.removed_at = False, None, now
    address.save(update_fields=["is_primary", "field", "removed_at"])
    settle_login(address)
    if was_primary:
        _choose_primary(address.contact)


def _choose_primary(contact: Contact) -> None:
    first = Address.objects.filter(firm=contact.firm_id, contact=contact, unlinked_at=None).order_by("pk").first()
    if first is not None:
        Address.objects.filter(firm=first.firm_id, pk=first.pk).update(is_primary=True)
