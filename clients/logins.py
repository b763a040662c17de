"""A client's login follows LOGIN: active while it is on in one account at least, ended with the last (C11, C37, M9)."""

from collections.abc import Collection, Mapping

from django.db.models import Exists, F, OuterRef, Q

from clients.locks import lock_addresses
from clients.models import AccountAddress, Address
from firms.errors import LoginInUse
from firms.logins import end_login, end_logins, has_way_in, start_login
from firms.models import Firm


def settle_login(address: Address) -> None:
    """Asked after whatever may have given or taken LOGIN, inside that transaction. Raises `LoginInUse` (B10).

    Somebody who has not yet chosen how to sign in does so by an invitation; one whose LOGIN comes back signs in as before.
    """
    user = address.user
    if has_login(address):
        if user is not None and not user.is_active and has_way_in(user):
            start_login(user)
    elif user is not None and user.is_active:
        end_login(user)


def note_login_ended(address: Address) -> None:
    """Makes void what invited to the logins of `address` so far, where none of its LOGIN is left."""
    if not has_login(address):
        address.logins_ended += 1
        address.save(update_fields=["logins_ended"])


def settle_logins_of_accounts(firm: Firm, accounts: Collection[int]) -> None:
    """After archiving or restoring, inside that transaction. Whose address has become a login elsewhere meanwhile stays without.

    Every address that stands in the accounts is locked, so that whoever accepts an invitation or gets LOGIN at this moment has done so
    before, or sees the accounts as they are now. Asked about one by one are only those who have signed in once.
    """
    listed = AccountAddress.objects.filter(firm=firm, account__in=accounts)
    lock_addresses(firm, Address.objects.filter(account_addresses__account__in=accounts))
    uses = listed.filter(login=True, address__user__isnull=False)
    for address in Address.objects.filter(firm=firm, pk__in=uses.values("address")).select_related("user", "contact").order_by("pk"):
        settle_login_if_free(address)


def settle_login_if_free(address: Address) -> None:
    """As `settle_login`; an address that signs in elsewhere by now stays without a login instead of being refused."""
    try:
        settle_login(address)
    except LoginInUse:
        return


def settle_logins(firm: Firm, changed: Mapping[int, bool]) -> None:
    """After LOGIN has gone on or off for many addresses (id -> whether it went on at last): as for one, in a few statements.

    Whose address has become a login elsewhere meanwhile stays without.
    """
    if not changed:
        return
    addresses = Address.objects.filter(firm=firm, pk__in=changed)
    may = AccountAddress.objects.filter(firm=firm, address=OuterRef("pk"), login=True, account__archived_at=None)
    without = addresses.filter(~Exists(may) | Q(contact__archived_at__isnull=False))
    ended = list(without.values_list("pk", "user_id", "user__is_active"))
    off = [pk for pk, _user, _active in ended if not changed[pk]]
    Address.objects.filter(firm=firm, pk__in=off).update(logins_ended=F("logins_ended") + 1)
    end_logins(firm, [user for _pk, user, active in ended if active])
    waiting = addresses.exclude(pk__in=[pk for pk, _user, _active in ended]).filter(user__is_active=False)
    for address in waiting.select_related("user", "contact"):
        settle_login_if_free(address)


def has_login(address: Address) -> bool:
    """Whether the address may sign in somewhere: LOGIN is on, neither its account nor its contact archived, itself not removed."""
    if address.removed_at is not None:
        return False
    uses = AccountAddress.objects.filter(firm=address.firm_id, address=address, login=True)
    return uses.filter(account__archived_at=None, address__contact__archived_at=None).exists()
