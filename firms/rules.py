"""Who may do what: pure decisions over role, rights and who manages an account (M30)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from firms.enums import Right, Role


@dataclass(frozen=True, slots=True)
class Powers:
    """What decides on a member of staff's rights."""

    staff_id: int
    role: Role
    rights: frozenset[Right]


def has_right(powers: Powers, right: Right) -> bool:
    return powers.role in (Role.OWNER, Role.ADMIN) or right in powers.rights


def may_change_settings(powers: Powers) -> bool:
    """Owner and admin (A19)."""
    return powers.role in (Role.OWNER, Role.ADMIN)


def may_give_roles(powers: Powers) -> bool:
    """Roles and ownership are the owner's alone; rights of employees are an admin's business too."""
    return powers.role == Role.OWNER


def sees_all_accounts(powers: Powers) -> bool:
    return has_right(powers, Right.SEE_ALL_ACCOUNTS)


def sees_account(powers: Powers, manager_id: int | None) -> bool:
    return sees_all_accounts(powers) or manager_id == powers.staff_id


def may_act_on_account(powers: Powers, right: Right, manager_id: int | None) -> bool:
    """An account's manager may do on it what the right names; others need the right and sight of the account."""
    return manager_id == powers.staff_id or (has_right(powers, right) and sees_account(powers, manager_id))


def powers_of(*, staff_id: int, role: str, rights: Collection[str]) -> Powers:
    return Powers(staff_id, Role(role), frozenset(Right(right) for right in rights))


# --- The team: who gives and takes rights, roles and ownership ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody of the firm, as decisions on the team see them; `active`: has chosen a password and has not left."""

    staff_id: int
    role: Role
    active: bool


class TeamRefusal(Enum):
    """Why an act on the team is refused; the text is for whoever tried."""

    ADMINS_ONLY = _("Only the owner and admins change the team.")
    OWNER_ONLY = _("Only an owner gives or takes the roles of owner and admin, and changes or removes those who have them.")
    NOT_YET_ACTIVE = _(
        "Ownership goes to somebody who has accepted the invitation. Invite them first; make them an owner once they have joined."
    )
    ONESELF = _("Nobody changes their own role or rights. Pass ownership on, or ask an owner.")
    LAST_OWNER = _("A firm always has an owner. Make a colleague an owner first.")


def refuse_invitation(powers: Powers, role: Role) -> TeamRefusal | None:
    """Admins invite employees, owners invite admins too; nobody is an owner before they have joined."""
    if not may_change_settings(powers):
        return TeamRefusal.ADMINS_ONLY
    if role == Role.OWNER:
        return TeamRefusal.NOT_YET_ACTIVE
    return None if role == Role.EMPLOYEE or may_give_roles(powers) else TeamRefusal.OWNER_ONLY


def refuse_touching(powers: Powers, them: TeamMember) -> TeamRefusal | None:
    """Whether somebody's page may be changed at all; one's own function and language are everybody's own."""
    if not may_change_settings(powers):
        return TeamRefusal.ADMINS_ONLY
    if them.role == Role.EMPLOYEE or may_give_roles(powers) or them.staff_id == powers.staff_id:
        return None
    return TeamRefusal.OWNER_ONLY


def refuse_role(powers: Powers, them: TeamMember, role: Role, *, other_owners: int) -> TeamRefusal | None:
    """Whether `them` may be given `role`; `other_owners` counts the active ones besides them."""
    if refusal := refuse_touching(powers, them):
        return refusal
    if role == them.role:
        return None
    if them.staff_id == powers.staff_id:
        return TeamRefusal.ONESELF
    if not may_give_roles(powers):
        return TeamRefusal.OWNER_ONLY
    if role == Role.OWNER and not them.active:
        return TeamRefusal.NOT_YET_ACTIVE
    return _last_owner(them, other_owners)


def refuse_rights(powers: Powers, them: TeamMember) -> TeamRefusal | None:
    """Rights are an employee's; nobody grants them to themself."""
    if them.staff_id == powers.staff_id:
        return TeamRefusal.ONESELF
    return refuse_touching(powers, them)


def refuse_passing_on(powers: Powers, them: TeamMember) -> TeamRefusal | None:
    """Ownership passes on by its owner alone, to somebody active; whoever passes it on stays as an admin."""
    if not may_give_roles(powers):
        return TeamRefusal.OWNER_ONLY
    if them.staff_id == powers.staff_id:
        return TeamRefusal.ONESELF
    return None if them.active else TeamRefusal.NOT_YET_ACTIVE


def refuse_removal(powers: Powers, them: TeamMember, *, other_owners: int) -> TeamRefusal | None:
    """Whether `them` may be removed, or may leave where it is oneself."""
    return refuse_touching(powers, them) or _last_owner(them, other_owners)


def _last_owner(them: TeamMember, other_owners: int) -> TeamRefusal | None:
    return TeamRefusal.LAST_OWNER if them.role == Role.OWNER and not other_owners else None
