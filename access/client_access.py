"""A client's way into the portal: invited by staff, accepted once by whoever reads the address, ended with LOGIN."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from access.enums import Purpose
from access.invitations import InvitationClosed, Invitee, claim, find_invitation, token_of, void_invitations, write_invitation
from access.models import Invitation
from access.queries import is_suppressed_by_staff
from access.rules import InvitationFacts, is_invitation_open
from clients.addresses import change_switches, replace_address
from clients.locks import lock_accounts_of, locked_address
from clients.logins import has_login
from clients.models import Account, AccountAddress, Address, language_of, zone_of
from clients.names import email_key
from clients.queries import find_address_in_place_of
from firms.actors import Actor
from firms.enums import Side, Verb
from firms.logins import refuse_login_in_use, start_login
from firms.models import User
from firms.services import write_activity
from lib import clock
from lib.codes import new_code
from notifications.models import Notice, Suppression
from notifications.services import notify_address
from templates_email.enums import EmailEvent


@dataclass(frozen=True, slots=True)
class Passkey:
    """What a browser answered to the wish for a new passkey, checked already."""

    name: str
    credential: dict[str, Any]


class NotInvitable(Exception):
    """Nobody is invited who has no LOGIN, who signs in already, or whose address receives nothing."""


class NotReplaced(Exception):
    """No other address stands in the place of this one."""


# --- Inviting ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_client(*, address: Address, by: Actor, now: datetime) -> Invitation:
    """Makes the earlier invitation void and queues one with a new link (C10, C36). Raises `NotInvitable` or `LoginInUse` (B10)."""
    address = locked_address(address)
    if not is_invitable(address):
        raise NotInvitable
    refuse_login_in_use(address.email, address.user)
    invitation = write_invitation(Invitee(address.firm, address.email, address=address), by)
    _send(invitation, address, f"{EmailEvent.CLIENT_INVITATION}:{address.pk}:{invitation.nonce}", by, now)
    return invitation


@transaction.atomic
def send_invitation_again(*, address: Address, by: Actor, now: datetime) -> None:
    """Queues the link that is out once more, where it is good for another day, and voids nothing; else as `invite_client`, which see.

    For whoever asks without having shown that they read the address: a mail scanner that posts forms, even.
    """
    address = locked_address(address)
    invitation = find_open_invitation(address, at=clock.machine_now() + timedelta(days=1))
    if invitation is None:
        invite_client(address=address, by=by, now=now)
        return
    if not is_invitable(address):
        raise NotInvitable
    refuse_login_in_use(address.email, address.user)
    key = f"{EmailEvent.CLIENT_INVITATION}:{address.pk}:{new_code()}:{invitation.nonce}"  # `secret_of_notice` reads the nonce behind it
    _send(invitation, address, key, by, now)


def find_open_invitation(address: Address, *, at: datetime) -> Invitation | None:
    """The invitation that is out to the address, if its link still opens at that machine time."""
    out = Invitation.objects.filter(firm=address.firm_id, address=address, accepted_at=None, voided_at=None)
    invitation: Invitation | None = out.select_related("address__contact", "invited_by").first()
    return invitation if invitation is not None and is_invitation_open(_facts(invitation), at) else None


def _send(invitation: Invitation, address: Address, key: str, by: Actor, now: datetime) -> None:
    account = first_account(address)
    values = {
        "first_name": address.contact.first_name,
        "invited_by": invitation.invited_by.name if invitation.invited_by else "",
        "language": language_of(address.contact, account),
        "zone": zone_of(address.contact, account).key,
    }
    notify_address(account=account, address=address, event=EmailEvent.CLIENT_INVITATION, key=key, now=now, values=values)
    write_activity(
        firm=account.firm,
        by=by,
        verb=Verb.CLIENT_INVITED,
        now=now,
        subject=address.contact.name,
        detail=address.email,
        account_id=account.pk,
    )


def is_invitable(address: Address) -> bool:
    """LOGIN is on somewhere, nobody signs in with it yet, and it is written to."""
    if not address.is_linked or is_active(address) or not has_login(address):
        return False
    return not Suppression.objects.filter(firm=address.firm_id, address=address, lifted_at=None).exists()


def is_active(address: Address) -> bool:
    """Somebody has chosen how to sign in with it, and may."""
    return address.user is not None and address.user.is_active


def address_for_mail_about_login(address: Address) -> Address:
    """Where whoever signs in with this address reads what is about their login: there, until one that replaced it signs in itself.

    A new address that nobody has accepted may be a typing mistake: a stranger at it would get the login.
    """
    new = find_address_in_place_of(address)
    return new if new is not None and is_active(new) else address


def first_account(address: Address) -> Account:
    """The first account, by name, in which the address has LOGIN."""
    uses = AccountAddress.objects.filter(firm=address.firm_id, address=address, login=True, account__archived_at=None)
    first: Account = uses.select_related("account__firm").order_by("account__name_key", "account_id")[0].account
    return first


@transaction.atomic
def change_email(*, account: Account, old: Address, email: str, by: Actor, now: datetime) -> Address:
    """Step one of a change of address: as `clients.addresses.replace_address`, and whoever had been invited at the old one, and had not
    accepted, is invited at the new one instead (C08)."""
    invited = find_open_invitation(old, at=clock.machine_now()) is not None
    new = replace_address(account=account, old=old, email=email, by=by, now=now)
    if invited:
        void_invitations(Invitee(account.firm, old.email, address=old))
        if is_invitable(new):
            invite_client(address=new, by=by, now=now)
    return new


@transaction.atomic
def let_successor_in(*, old: Address, by: Actor, now: datetime) -> Address:
    """Step two of a change of address: the new one has LOGIN wherever the old one has, and whoever does not sign in with it yet is
    invited (C41). Raises `NotReplaced`, or `LoginInUse` (B10)."""
    new = successor_of(old)
    if new is None:
        raise NotReplaced
    lock_accounts_of(new.contact)
    for use in AccountAddress.objects.filter(firm=old.firm_id, address=old, login=True).select_related("account__firm"):
        change_switches(account=use.account, address=new, by=by, now=now, login=True)
    new = locked_address(new)
    if is_invitable(new):
        invite_client(address=new, by=by, now=now)
    return new


def successor_of(address: Address) -> Address | None:
    """The address that has taken the place of an unlinked one; none once that has been removed itself."""
    if address.unlinked_at is None or address.replaced_by_id is None:
        return None
    found = Address.objects.filter(firm=address.firm_id, pk=address.replaced_by_id, unlinked_at=None)
    new: Address | None = found.select_related("firm", "contact", "user").first()
    return new


# --- Accepting -----------------------------------------------------------------------------------------------------------


def get_open_client_invitation(token: str) -> Invitation:
    """The invitation of a link to the portal with its address, inside its firm; raises `InvitationClosed`."""
    invitation = find_invitation(token)
    if invitation.purpose != Purpose.CLIENT or not is_invitation_open(_facts(invitation), clock.machine_now()):
        raise InvitationClosed
    return invitation


def _facts(invitation: Invitation) -> InvitationFacts:
    address = invitation.address
    assert address is not None
    return InvitationFacts(
        created_at=invitation.created_at,
        accepted=invitation.accepted_at is not None,
        voided=invitation.voided_at is not None,
        same_address=address.email_key == invitation.email_key,
        wanted=address.logins_ended == invitation.logins_ended and may_be_activated(address),
    )


def may_be_activated(address: Address) -> bool:
    """Whether somebody who is yet to choose how to sign in with it may do so."""
    return address.is_linked and has_login(address) and not is_suppressed_by_staff(address)


def is_wanted(notice: Notice) -> bool:
    """Asked before the e-mail leaves: another one may have followed it, or LOGIN have gone."""
    try:
        get_open_client_invitation(token_of(notice.firm_id, notice.key.rpartition(":")[2]))
    except InvitationClosed:
        return False
    return True


@transaction.atomic
def accept_client(*, invitation: Invitation, way_in: str | Passkey, by: Actor, now: datetime) -> User:
    """The address becomes a login with a password or a passkey, once however many try at the same time (C13).

    Raises `InvitationClosed`, or `LoginInUse` where the address signs in elsewhere by now (B10): then nothing of it stands.
    """
    hashed = make_password(way_in if isinstance(way_in, str) else None)  # hashed before anything is locked
    assert invitation.address is not None
    address = locked_address(invitation.address)
    if not may_be_activated(address):
        raise InvitationClosed
    claim(invitation, address.email_key, address.logins_ended)
    user = login_of(address)
    User.objects.filter(firm=user.firm_id, pk=user.pk).update(password=hashed)
    if isinstance(way_in, Passkey):
        from allauth.mfa.webauthn.internal.auth import WebAuthn  # 5 MB, for which whoever sends e-mail has no use

        WebAuthn.add(user, way_in.name, way_in.credential)
    start_login(user)
    write_activity(
        firm=invitation.firm, by=by, verb=Verb.CLIENT_JOINED, now=now, subject=address.email, account_id=first_account(address).pk
    )
    return User.objects.get(firm=user.firm_id, pk=user.pk)


@transaction.atomic
def prepare_login(invitation: Invitation) -> User:
    """The login that a passkey is made for: a passkey names it. It lets nobody in before `accept_client`. Raises `LoginInUse`."""
    assert invitation.address is not None
    address = locked_address(invitation.address)
    refuse_login_in_use(address.email, address.user)
    return login_of(address)


def login_of(address: Address) -> User:
    """The login of an address, not active before somebody has accepted; made where there is none. The address is locked."""
    user: User | None = address.user
    if user is None:
        user = User.objects.create(
            firm_id=address.firm_id, side=Side.CLIENT, email=email_key(address.email), password=make_password(None), is_active=False,
            created_at=clock.machine_now(),
        )  # fmt: skip
        address.user = user
        address.save(update_fields=["user"])
    return user
