"""Who changes the team, cell by cell: each row is somebody who acts, each column an act on somebody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from access.team import TeamRefused, change_colleague, colleague_of, remove_colleague
from firms.actors import Actor
from firms.doors import powers
from firms.enums import Right, Role
from firms.models import Staff
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
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters, colleague, make_lumiere
from tests.signing import signed_in

OWNER, ADMIN, EMPLOYEE = Role.OWNER, Role.ADMIN, Role.EMPLOYEE
MAY, NO_ADMIN, NO_OWNER = None, TeamRefusal.ADMINS_ONLY, TeamRefusal.OWNER_ONLY
PENDING, SELF, LAST = TeamRefusal.NOT_YET_ACTIVE, TeamRefusal.ONESELF, TeamRefusal.LAST_OWNER

Act = Callable[[Powers, Role], TeamRefusal | None]


def them(role: Role, *, active: bool = True) -> TeamMember:
    return TeamMember(2, role, active)


def invite(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_invitation(mine, role)


def touch(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_touching(mine, them(role))


def set_rights(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_rights(mine, them(role))


def make_owner(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_role(mine, them(role), OWNER, other_owners=1)


def make_admin(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_role(mine, them(role), ADMIN, other_owners=1)


def make_employee(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_role(mine, them(role), EMPLOYEE, other_owners=1)


def pass_on(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_passing_on(mine, them(role))


def remove(mine: Powers, role: Role) -> TeamRefusal | None:
    return refuse_removal(mine, them(role), other_owners=1)


ACTS: list[Act] = [invite, touch, set_rights, make_owner, make_admin, make_employee, pass_on, remove]
TABLE: list[tuple[Role, Role, list[TeamRefusal | None]]] = [
    # who       whom      invite    touch     rights    owner     admin     employee  pass on   remove
    (OWNER,    OWNER,    [PENDING,  MAY,      MAY,      MAY,      MAY,      MAY,      MAY,      MAY]),
    (OWNER,    ADMIN,    [MAY,      MAY,      MAY,      MAY,      MAY,      MAY,      MAY,      MAY]),
    (OWNER,    EMPLOYEE, [MAY,      MAY,      MAY,      MAY,      MAY,      MAY,      MAY,      MAY]),
    (ADMIN,    OWNER,    [PENDING,  NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER]),
    (ADMIN,    ADMIN,    [NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER, NO_OWNER]),
    (ADMIN,    EMPLOYEE, [MAY,      MAY,      MAY,      NO_OWNER, NO_OWNER, MAY,      NO_OWNER, MAY]),
    (EMPLOYEE, OWNER,    [NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_OWNER, NO_ADMIN]),
    (EMPLOYEE, ADMIN,    [NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_OWNER, NO_ADMIN]),
    (EMPLOYEE, EMPLOYEE, [NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_ADMIN, NO_OWNER, NO_ADMIN]),
]  # fmt: skip
CELLS = [
    pytest.param(who, whom, act, wanted, id=f"{who}-{act.__name__}-{whom}")
    for who, whom, row in TABLE
    for act, wanted in zip(ACTS, row, strict=True)
]


@pytest.mark.rule("M30")
@pytest.mark.parametrize(("who", "whom", "act", "wanted"), CELLS)
def test_cell(who: Role, whom: Role, act: Act, wanted: TeamRefusal | None) -> None:
    assert act(Powers(1, who, frozenset(Right)), whom) == wanted


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_their_own_role_or_rights(role: Role) -> None:
    mine, oneself = Powers(2, role, frozenset()), them(role)
    others = [other for other in Role if other != role]
    wanted = NO_ADMIN if role == EMPLOYEE else SELF
    assert [refuse_role(mine, oneself, other, other_owners=1) for other in others] == [wanted] * 2
    assert refuse_rights(mine, oneself) == SELF


def test_last_owner_stays_and_others_may_go() -> None:
    owner = Powers(2, OWNER, frozenset())
    assert refuse_removal(owner, them(OWNER), other_owners=0) == LAST
    assert refuse_removal(owner, them(OWNER), other_owners=1) is MAY
    assert refuse_removal(Powers(2, ADMIN, frozenset()), them(ADMIN), other_owners=0) is MAY


def test_who_has_not_joined_owns_nothing() -> None:
    owner = Powers(1, OWNER, frozenset())
    assert refuse_role(owner, them(ADMIN, active=False), OWNER, other_owners=1) == PENDING
    assert refuse_passing_on(owner, them(ADMIN, active=False)) == PENDING
    assert refuse_role(owner, them(EMPLOYEE, active=False), ADMIN, other_owners=1) is MAY


# --- Tried at the doors --------------------------------------------------------------------------------------------------


def staff_with(lumiere: Lumiere, role: Role) -> Staff:
    with firm_context(lumiere.firm.pk):
        return colleague(lumiere.firm, "Somebody", "somebody@lumiere.example", role=role)


WHO: list[tuple[str, Role, int, int]] = [
    # who       of whom       change  remove
    ("claire", ADMIN,        302,    302),
    ("claire", EMPLOYEE,     302,    302),
    ("amir",   OWNER,        403,    403),
    ("amir",   ADMIN,        403,    403),
    ("amir",   EMPLOYEE,     302,    302),
    ("emma",   EMPLOYEE,     403,    403),
    ("paulo",  EMPLOYEE,     403,    403),
    ("wim",    EMPLOYEE,     404,    404),
]  # fmt: skip


@pytest.mark.rule("M30")
@pytest.mark.parametrize(("who", "role", "change", "remove"), WHO)
def test_door(two_firms: tuple[Lumiere, Peeters], who: str, role: Role, change: int, remove: int) -> None:
    lumiere, peeters = two_firms
    somebody = staff_with(lumiere, role)
    browser: Client = signed_in(peeters.wim if who == "wim" else getattr(lumiere, who))
    assert browser.post(f"/settings/team/{somebody.code}/", {"role": role.value, "job_title": "Audit"}).status_code == change
    assert browser.post(f"/settings/team/{somebody.code}/remove/").status_code == remove
    with firm_context(lumiere.firm.pk):
        somebody.refresh_from_db()
        assert (somebody.job_title, somebody.left_at is not None) == ("Audit" if change == 302 else "", remove == 302)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_admin_who_posts_a_role_is_refused(two_firms: tuple[Lumiere, Peeters], role: str) -> None:
    lumiere, _ = two_firms
    assert signed_in(lumiere.amir).post(f"/settings/team/{lumiere.emma.code}/", {"role": role}).status_code == 403
    with firm_context(lumiere.firm.pk):
        assert Staff.objects.get(pk=lumiere.emma.pk).role == EMPLOYEE


# --- At the same time ----------------------------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> None:
    def closing(work: Callable[[], object]) -> None:
        try:
            work()
        except TeamRefused:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(closing, works))


@pytest.mark.parametrize("how", ["demote", "remove", "leave"])
def test_two_owners_at_once_leave_one(transactional_db: None, how: str) -> None:
    lumiere = make_lumiere()
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.emma.pk).update(role=OWNER)

    def act(by: Staff, on: Staff) -> Callable[[], object]:
        def work() -> object:
            with firm_context(lumiere.firm.pk):
                if how == "demote":
                    return change_colleague(firm=lumiere.firm, staff=on, by=Actor.staff(by), now=START, role=EMPLOYEE)
                whom = on if how == "remove" else by
                return remove_colleague(firm=lumiere.firm, staff=whom, successor=None, by=Actor.staff(by), now=START)

        return work

    at_once(act(lumiere.claire, lumiere.emma), act(lumiere.emma, lumiere.claire))
    with firm_context(lumiere.firm.pk):
        owners = [each for each in Staff.objects.select_related("user").filter(role=OWNER) if colleague_of(each).active]
        assert len(owners) == 1
        assert powers(owners[0]).role == OWNER
