"""Writes about invitations: leave to choose a first password, by a link to the address that the user has. The newest one alone counts."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.urls import reverse

from access.enums import Purpose
from access.links import TOKEN
from access.models import Invitation
from access.rules import INVITATION_VALID_FOR, InvitationFacts, is_invitation_open
from clients.models import Address
from clients.names import email_key
from firms.actors import Actor
from firms.enums import Verb
from firms.logins import start_login
from firms.models import Firm, Staff, User
from firms.services import write_activity
from lib import clock
from lib.codes import derived_token, digest
from notifications.models import Notice
from notifications.services import notify_user
from templates_email.enums import EmailEvent


class InvitationClosed(Exception):
    """It was accepted, made void or has grown old; whoever asks is not told which."""


# --- Inviting ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whoever is invited: a member of staff as the user that they are, a client as the address that they have."""

    firm: Firm
    email: str
    user: User | None = None
    address: Address | None = None

    @property
    def who(self) -> dict[str, Any]:
        """The columns that name them."""
        return {"firm": self.firm, "user": self.user, "address": self.address}


def write_invitation(invitee: Invitee, by: Actor) -> Invitation:
    """Makes earlier ones void; whoever writes one has locked the user or the address. The e-mail is the caller's."""
    void_invitations(invitee)
    nonce = secrets.token_hex(16)
    return Invitation.objects.create(
        **invitee.who,
        purpose=Purpose.STAFF if invitee.user else Purpose.CLIENT,
        logins_ended=invitee.address.logins_ended if invitee.address else 0,
        email_key=email_key(invitee.email),
        nonce=nonce,
        digest=digest(token_of(invitee.firm.pk, nonce)),
        created_at=clock.machine_now(),
        invited_by_id=by.staff_id,
    )


@transaction.atomic
def invite(*, firm: Firm, user: User, by: Actor, now: datetime, values: dict[str, str]) -> Invitation:
    """Makes the earlier invitation void and queues the e-mail with a new link; `values` are those of the e-mail."""
    _lock(user)
    invitation = write_invitation(Invitee(firm, user.email, user=user), by)
    event = EmailEvent.STAFF_INVITATION
    notify_user(firm=firm, user=user, event=event, key=f"{event}:{user.pk}:{invitation.nonce}", now=now, values=values)
    return invitation


@transaction.atomic
def invite_staff(*, firm: Firm, staff: Staff, by: Actor, now: datetime) -> Invitation:
    """Invites to the team, in the language of whoever is invited; a firm's first owner is invited by nobody."""
    colleague = by.staff_id is not None and by.staff_id != staff.pk
    values = {
        "invited_by": by.name if colleague else "",
        "language": staff.language or firm.language,
        "zone": firm.time_zone,
    }
    return invite(firm=firm, user=staff.user, by=by if colleague else Actor.system(), now=now, values=values)


def void_invitations(invitee: Invitee) -> None:
    """The links that are out open nothing any more."""
    open_ones = Invitation.objects.filter(**invitee.who, accepted_at=None, voided_at=None)
    open_ones.update(voided_at=clock.machine_now())


def _lock(user: User) -> None:
    """One invitation of a user at a time: whoever makes or accepts one locks the user first, so that two make one after the other."""
    User.objects.select_for_update(no_key=True).get(firm=user.firm_id, pk=user.pk)


def token_of(firm_id: int, nonce: str) -> str:
    return derived_token("invitation", f"{firm_id}|{nonce}")


def secret_of_notice(notice: Notice) -> dict[str, str]:
    """The link for the e-mail, derived while it is sent: the nonce in the key is no secret without the deployment's own."""
    token = token_of(notice.firm_id, notice.key.rpartition(":")[2])
    return {"INVITE_URL": settings.SITE_URL + reverse("invitation", args=[token])}


def is_wanted(notice: Notice) -> bool:
    """Asked before the e-mail leaves: another one may have followed it, or whoever is invited have been removed."""
    try:
        get_open_invitation(token_of(notice.firm_id, notice.key.rpartition(":")[2]))
    except InvitationClosed:
        return False
    return True


# --- The link ------------------------------------------------------------------------------------------------------------


def find_invitation_firm_id(token: str) -> int | None:
    """The firm whose invitation has this token, before any is entered."""
    found = _ids_of(token)
    return found[0] if found else None


def _ids_of(token: str) -> tuple[int, int] | None:
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_id, invitation_id FROM invitation_of_token(%s)", [digest(token)])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def find_invitation(token: str) -> Invitation:
    """The invitation of a link, open or not, inside its firm; raises `InvitationClosed` where there is none."""
    ids = _ids_of(token)
    rows = Invitation.objects.select_related("firm", "user", "invited_by", "address__contact", "address__user")
    invitation = rows.filter(firm=ids[0], pk=ids[1]).first() if ids else None
    if invitation is None:
        raise InvitationClosed
    return invitation


def get_open_invitation(token: str) -> tuple[Invitation, Staff]:
    """The invitation of a link to the team and whoever it invites, inside its firm; raises `InvitationClosed`."""
    invitation = find_invitation(token)
    staff = Staff.objects.select_related("user").filter(firm=invitation.firm, user=invitation.user).first()
    if staff is None or not is_invitation_open(_facts(invitation, staff), clock.machine_now()):
        raise InvitationClosed
    return invitation, staff


def _facts(invitation: Invitation, staff: Staff) -> InvitationFacts:
    return InvitationFacts(
        created_at=invitation.created_at,
        accepted=invitation.accepted_at is not None,
        voided=invitation.voided_at is not None,
        same_address=email_key(staff.user.email) == invitation.email_key,
        wanted=staff.left_at is None,
    )


def claim(invitation: Invitation, email_key: str, logins_ended: int = 0) -> None:
    """Makes the invitation the caller's, who has locked whoever is invited: of all who try one has it. Raises `InvitationClosed`."""
    machine_now = clock.machine_now()
    mine = Invitation.objects.filter(
        firm=invitation.firm_id,
        pk=invitation.pk,
        accepted_at=None,
        voided_at=None,
        email_key=email_key,
        logins_ended=logins_ended,
        created_at__gte=machine_now - INVITATION_VALID_FOR,
    )
    if mine.update(accepted_at=machine_now) != 1:
        raise InvitationClosed


@transaction.atomic
def accept(*, invitation: Invitation, staff: Staff, name: str, password: str, by: Actor, now: datetime) -> User:
    """Sets name and password, once however many try at the same time; from then on the address is a login.

    Raises `InvitationClosed`, or `LoginInUse` where the address signs in elsewhere by now (M9).
    """
    hashed = make_password(password)  # hashed before anything is locked
    _lock(staff.user)
    claim(invitation, email_key(staff.user.email))
    Staff.objects.filter(firm=staff.firm_id, pk=staff.pk).update(name=name)
    User.objects.filter(firm=staff.firm_id, pk=staff.user_id).update(password=hashed)
    start_login(staff.user)
    write_activity(firm=invitation.firm, by=by, verb=Verb.STAFF_JOINED, now=now)
    return User.objects.get(firm=staff.firm_id, pk=staff.user_id)
