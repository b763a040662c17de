"""Who may do what: pure decisions over role, rights and who manages an account (M30)."""

from collections.abc import Collection
from dataclasses import dataclass

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
