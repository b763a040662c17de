"""Writes about the team: who is invited, what they may do, who leaves. Each asks the rules again under the firm's lock."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.invitations import Invitee, invite_staff, void_invitations
from access.second_steps import remove_second_steps
from clients.names import email_key
from clients.services import hand_over_accounts
from firms.actors import Actor
from firms.changes import Change, Text, change_fields
from firms.doors import powers
from firms.enums import Right, Role, Verb
from firms.logins import end_login, refuse_login_in_use
from firms.models import Firm, Staff
from firms.queries import active_staff, owners_of
from firms.rules import (
    Powers,
    TeamMember,
    TeamRefusal,
    refuse_invitation,
    refuse_passing_on,
    refuse_removal,
    refuse_rights,
    refuse_role,
    refuse_touching,
)
from firms.services import add_staff, write_activity
from notifications.owners import tell_owners


class TeamRefused(Exception):
    """The rules forbid it; `refusal` says why, to whoever tried."""

    def __init__(self, refusal: TeamRefusal) -> None:
        super().__init__(str(refusal.value))
        self.refusal = refusal


class SuccessorGone(Exception):
    """Whoever was to take the accounts over has left meanwhile; the text is for whoever chose them."""

    def __init__(self) -> None:
        super().__init__(gettext("Nothing was changed: the colleague who was to take over has left meanwhile. Choose somebody else."))


class AlreadyInTeam(Exception):
    """Whoever is to be invited is a colleague already."""


class Position(TypedDict, total=False):
    """What somebody is in the firm; rights are an employee's alone."""

    job_title: str
    role: Role
    rights: Collection[Right]
    language: str


# --- Coming --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_colleague(*, firm: Firm, name: str, email: str, by: Actor, now: datetime, **position: Unpack[Position]) -> Staff:
    """Invites somebody new, or brings back who had left. Raises `TeamRefused`, `AlreadyInTeam` or `LoginInUse`."""
    mine = _locked_powers(firm, by)
    role = position.get("role", Role.EMPLOYEE)
    _obey(refuse_invitation(mine, role))
    known = _known(firm, email)
    if known is None:
        staff = add_staff(firm=firm, name=name, email=email, password=None, by=by, now=now, **position)
    else:
        staff = _bring_back(known, name, by, now, position)
    if role != Role.EMPLOYEE:
        tell_owners(firm=firm, by=by, changes=[_role_change(staff, "", role.label)], now=now)
    invite_staff(firm=firm, staff=staff, by=by, now=now)
    return staff


def _known(firm: Firm, email: str) -> Staff | None:
    """Whoever has left this firm with this address; raises `AlreadyInTeam` for somebody who has not."""
    staff = Staff.objects.select_related("user").filter(firm=firm, user__email__iexact=email_key(email)).first()
    if staff is not None and staff.left_at is None:
        raise AlreadyInTeam
    return staff


def _bring_back(staff: Staff, name: str, by: Actor, now: datetime, position: Position) -> Staff:
    """As somebody new: nothing of the role and the rights they had comes back, and they choose a password anew. Raises `LoginInUse`."""
    refuse_login_in_use(staff.user.email, staff.user)
    role, rights = position.get("role", Role.EMPLOYEE), list(position.get("rights", ()))
    for column, value in {"name": name, "left_at": None, **position, "role": role, "rights": rights}.items():
        setattr(staff, column, value)
    staff.user.set_unusable_password()
    staff.user.save(update_fields=["password"])
    staff.save()
    write_activity(
        firm=staff.firm, by=by, verb=Verb.STAFF_INVITED, now=now, subject=name, detail=staff.user.email, new=Role(staff.role).label
    )
    return staff


@transaction.atomic
def invite_again(*, firm: Firm, staff: Staff, by: Actor, now: datetime) -> bool:
    """A new link for somebody who has not accepted yet; the earlier one is void. False where they have meanwhile, or have left."""
    mine, them = _locked_powers(firm, by), _fresh(staff)
    _obey(refuse_touching(mine, colleague_of(them)))
    if not them.is_pending:
        return False
    invite_staff(firm=firm, staff=them, by=by, now=now)
    detail = _("%(email)s, once more") % {"email": them.user.email}
    write_activity(firm=firm, by=by, verb=Verb.STAFF_INVITED, now=now, subject=them.name, detail=detail)
    return True


# --- Changing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_colleague(*, firm: Firm, staff: Staff, by: Actor, now: datetime, **position: Unpack[Position]) -> list[Change]:
    """Changes what is given and leaves the rest; a line each, and changes of roles are told to the owners. Raises `TeamRefused`."""
    mine, them = _locked_powers(firm, by), _fresh(staff)
    _obey(_refuse_position(mine, them, position))
    before = list(owners_of(firm))
    roles, rights = _change_role(them, position), _change_rights(them, position)
    own = {name: value for name, value in position.items() if name in ("job_title", "language")}
    changes = [*roles, *rights, *change_fields(them, own)]
    told = [_role_change(them, change.old, change.new) for change in roles]
    them.save()
    _write_changes(firm, by, now, them, changes)
    tell_owners(firm=firm, by=by, changes=told, now=now, before=before)
    return changes


def _write_changes(firm: Firm, by: Actor, now: datetime, them: Staff, changes: Collection[Change]) -> None:
    for change in changes:
        write_activity(
            firm=firm, by=by, verb=Verb.STAFF_CHANGED, now=now, subject=them.name, detail=change.label, old=change.old, new=change.new
        )


def _refuse_position(mine: Powers, them: Staff, position: Position) -> TeamRefusal | None:
    colleague, role = colleague_of(them), position.get("role", Role(them.role))
    refusal = refuse_touching(mine, colleague) or refuse_role(mine, colleague, role, other_owners=_other_owners(them))
    if refusal is None and "rights" in position and set(position["rights"]) != set(them.rights):
        return refuse_rights(mine, colleague)
    return refusal


def _change_role(them: Staff, position: Position) -> list[Change]:
    return change_fields(them, {"role": position["role"]}) if "role" in position else []


def _change_rights(them: Staff, position: Position) -> list[Change]:
    if "rights" not in position or set(position["rights"]) == set(them.rights):
        return []
    old, them.rights = them.rights, [right for right in Right if right in position["rights"]]
    return [Change(_("Rights"), words_of(old), words_of(them.rights), "rights")]


@transaction.atomic
def pass_ownership_on(*, firm: Firm, to: Staff, by: Actor, now: datetime) -> None:
    """`to` becomes the owner, and whoever passes it on an admin. Raises `TeamRefused`."""
    mine, them = _locked_powers(firm, by), _fresh(to)
    _obey(refuse_passing_on(mine, colleague_of(them)))
    oneself = Staff.objects.select_related("user").get(firm=firm, pk=mine.staff_id)
    before, told = list(owners_of(firm)), []
    for staff, role in ((them, Role.OWNER), (oneself, Role.ADMIN)):
        changes = change_fields(staff, {"role": role})
        staff.save(update_fields=["role"])
        _write_changes(firm, by, now, staff, changes)
        told += [_role_change(staff, change.old, change.new) for change in changes]
    tell_owners(firm=firm, by=by, changes=told, now=now, before=before)


# --- Leaving -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove_colleague(*, firm: Firm, staff: Staff, successor: Staff | None, by: Actor, now: datetime) -> int:
    """Ends their access at the next request, gives the accounts they manage to `successor` or nobody, and says how many.

    Oneself too: that is leaving. Raises `TeamRefused` or `SuccessorGone`.
    """
    mine, them = _locked_powers(firm, by), _fresh(staff)
    if them.left_at is not None:
        return 0
    _obey(refuse_removal(mine, colleague_of(them), other_owners=_other_owners(them)))
    before = list(owners_of(firm))
    Staff.objects.filter(firm=firm, pk=them.pk).update(left_at=now)
    end_login(them.user)
    void_invitations(Invitee(firm, them.user.email, user=them.user))
    remove_second_steps(user=them.user, by=by, now=now)  # a mailbox may be somebody else's by the time it is invited again
    write_activity(firm=firm, by=by, verb=Verb.STAFF_REMOVED, now=now, subject=them.name, detail=them.user.email)
    if them.role != Role.EMPLOYEE:
        tell_owners(firm=firm, by=by, changes=[_role_change(them, Role(them.role).label, "")], now=now, before=before)
    return hand_over_accounts(firm=firm, of=them, to=_successor(firm, successor), by=by, now=now)


def _successor(firm: Firm, chosen: Staff | None) -> Staff | None:
    """Whoever takes the accounts over, as they stand under the lock; raises `SuccessorGone`."""
    found = active_staff(firm).filter(pk=chosen.pk).first() if chosen else None
    if chosen is not None and found is None:
        raise SuccessorGone
    return found


# --- What decides --------------------------------------------------------------------------------------------------------


def colleague_of(staff: Staff) -> TeamMember:
    return TeamMember(staff.pk, Role(staff.role), active=staff.left_at is None and not staff.is_pending)


def words_of(rights: Collection[str]) -> str:
    """Rights as people read them, in one order."""
    return ", ".join(str(right.label) for right in Right if right in rights)


def _locked_powers(firm: Firm, by: Actor) -> Powers:
    """Whoever acts, as they stand once nobody else changes the team: two owners who demote each other find one of them too late."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    actor = active_staff(firm).filter(pk=by.staff_id or 0).first()
    if actor is None:
        raise TeamRefused(TeamRefusal.ADMINS_ONLY)
    return powers(actor)


def _fresh(staff: Staff) -> Staff:
    return Staff.objects.select_related("firm", "user").get(firm=staff.firm_id, pk=staff.pk)


def _other_owners(them: Staff) -> int:
    """How many besides them own the firm and can sign in."""
    owners = active_staff(them.firm).filter(role=Role.OWNER).exclude(pk=them.pk)
    return sum(colleague_of(owner).active for owner in owners)


def _obey(refusal: TeamRefusal | None) -> None:
    if refusal is not None:
        raise TeamRefused(refusal)


def _role_change(staff: Staff, old: Text, new: Text) -> Change:
    """For the e-mail to the owners, which is about several people perhaps."""
    return Change(format_lazy(_("Role of {name}"), name=staff.name), old, new, "role")
