"""A client's login follows LOGIN: active while it is on in one account at least, ended with the last (C11, C37, M9)."""

from clients.models import Account, AccountAddress, Address
from firms.logins import end_login, start_login
from firms.services import LoginInUse


def settle_login(address: Address) -> None:
    """Asked after whatever may have given or taken LOGIN, inside that transaction. Raises `LoginInUse` (B10).

    When the last LOGIN goes, invitations that are out become void with it.
    """
    user = address.user
    if has_login(address):
        if user is not None and not user.is_active:
            start_login(user)
    elif user is not None and user.is_active:
        end_login(user)


def note_login_ended(address: Address) -> None:
    """Makes void what invited to the logins of `address` so far, where none of its LOGIN is left."""
    if not has_login(address):
        address.logins_ended += 1
        address.save(update_fields=["logins_ended"])


def settle_logins_of_account(account: Account) -> None:
    """After archiving or restoring. Whose address has become a login elsewhere meanwhile stays without."""
    addresses = Address.objects.filter(firm=account.firm_id, account_addresses__account=account, account_addresses__login=True)
    for address in addresses.select_related("user", "contact"):
        settle_login_if_free(address)


def settle_login_if_free(address: Address) -> None:
    """As `settle_login`; an address that signs in elsewhere by now stays without a login instead of being refused."""
    try:
        settle_login(address)
    except LoginInUse:
        return


def has_login(address: Address) -> bool:
    """Whether the address may sign in somewhere: LOGIN is on, neither its account nor its contact archived, itself not removed."""
    if address.removed_at is not None or address.contact.archived_at is not None:
        return False
    uses = AccountAddress.objects.filter(firm=address.firm_id, address=address, login=True)
    return uses.filter(account__archived_at=None).exists()
