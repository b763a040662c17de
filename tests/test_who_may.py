"""docs/who-may.md, cell by cell: who opens, sees and does what. Each row is somebody; each column is tried from outside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client

from access.client_access import login_of
from actions.models import Action
from clients.addresses import remove_address, replace_address
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import ActorKind, Right
from firms.models import ActivityLine, Staff
from kinds.approvals.models import Approval
from kinds.signatures.models import Signature
from notifications.enums import SuppressionReason
from notifications.models import Notice
from notifications.services import suppress_address
from tenancy.context import firm_context
from tests.approving import approval
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, link_path, make_client_user, newest_digits, signed_in

YES, NO = "yes", "no"


@dataclass(frozen=True)
class World:
    """One request of the bakery for Nadia's signature, in a house with two firms."""

    lumiere: Lumiere
    peeters: Peeters
    action: Action

    @property
    def item(self) -> str:
        return f"/a/{self.action.code}/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def world(two_firms: tuple[Lumiere, Peeters]) -> World:
    lumiere, peeters = two_firms
    return World(lumiere, peeters, asked(lumiere))


# --- Who: each gives the browser of somebody, prepared as the row says ----------------------------------------------------


def follow(client: Client, world: World) -> Client:
    client.get(link_path(world.action, world.lumiere.nadia_address))
    client.cookies["django_language"] = "en"
    return client


def nadia_use(world: World, **switches: bool) -> None:
    with firm_context(world.lumiere.firm.pk):
        AccountAddress.objects.filter(address=world.lumiere.nadia_address).update(**switches)


def active_contact(world: World) -> Client:
    return signed_in(make_client_user(world.lumiere.firm, world.lumiere.nadia_address))


def active_contact_by_link(world: World) -> Client:
    return follow(active_contact(world), world)


def pending_contact(world: World) -> Client:
    nadia_use(world, login=True, notify=False)
    return follow(Client(), world)


def notified_contact(world: World) -> Client:
    nadia_use(world, login=False, notify=True)
    return follow(Client(), world)


def notified_contact_not_named(world: World) -> Client:
    """Paul, who follows a link to a request that names Nadia alone: his address had one before he was taken off it."""
    with firm_context(world.lumiere.firm.pk):
        Notice.objects.filter(address=world.lumiere.nadia_address).update(
            address=world.lumiere.paul_address, contact=world.lumiere.paul, email=world.lumiere.paul_address.email
        )
    client = Client()
    client.get(link_path(world.action, world.lumiere.paul_address))
    return client


def unlinked(world: World) -> Client:
    client = follow(Client(), world)
    with firm_context(world.lumiere.firm.pk):
        AccountAddress.objects.filter(address=world.lumiere.nadia_address).delete()
    return client


def both_switches_off(world: World) -> Client:
    client = follow(Client(), world)
    nadia_use(world, login=False, notify=False)
    return client


def both_switches_off_signed_in(world: World) -> Client:
    client = active_contact_by_link(world)
    nadia_use(world, login=False, notify=False)
    return client


def login_off_signed_in(world: World) -> Client:
    """Whoever had signed in when LOGIN went; NOTIFY stays, and so would a link."""
    client = active_contact(world)
    nadia_use(world, login=False, notify=True)
    return client


def pending_contact_with_a_passkey_begun(world: World) -> Client:
    """There is a login already, which lets nobody in."""
    client = pending_contact(world)
    with firm_context(world.lumiere.firm.pk):
        login_of(world.lumiere.nadia_address)
    return client


def replace_nadias_address(world: World) -> None:
    with firm_context(world.lumiere.firm.pk):
        replace_address(
            account=world.lumiere.bakery, old=world.lumiere.nadia_address, email="nadia@new.example",
            by=Actor.staff(world.lumiere.claire), now=START,
        )  # fmt: skip


def replaced_and_signed_in(world: World) -> Client:
    """LOGIN is all that the old address has left (M15); the code to sign goes to the new one."""
    client = active_contact(world)
    replace_nadias_address(world)
    return client


def replaced_by_link(world: World) -> Client:
    make_client_user(world.lumiere.firm, world.lumiere.nadia_address)
    client = follow(Client(), world)
    replace_nadias_address(world)
    return client


def removed_and_signed_in(world: World) -> Client:
    client = active_contact_by_link(world)
    with firm_context(world.lumiere.firm.pk):
        remove_address(account=world.lumiere.bakery, address=world.lumiere.nadia_address, by=Actor.staff(world.lumiere.claire), now=START)
    return client


def archived_contact(world: World) -> Client:
    client = active_contact_by_link(world)
    with firm_context(world.lumiere.firm.pk):
        world.lumiere.nadia.archived_at = START
        world.lumiere.nadia.save()
    return client


def suppressed_by_staff(world: World) -> Client:
    client = active_contact_by_link(world)
    with firm_context(world.lumiere.firm.pk):
        suppress_address(
            firm=world.lumiere.firm, address_id=world.lumiere.nadia_address.pk, reason=SuppressionReason.BY_STAFF, detail="",
            by=Actor.staff(world.lumiere.claire), now=START,
        )  # fmt: skip
    return client


def owner(world: World) -> Client:
    return signed_in(world.lumiere.claire)


def admin(world: World) -> Client:
    return signed_in(world.lumiere.amir)


def employee_with_the_right(world: World) -> Client:
    return signed_in(world.lumiere.emma)


def manager_of_the_account(world: World) -> Client:
    with firm_context(world.lumiere.firm.pk):
        world.lumiere.bakery.manager = world.lumiere.paulo
        world.lumiere.bakery.save()
    return signed_in(world.lumiere.paulo)


def employee_who_only_sees(world: World) -> Client:
    with firm_context(world.lumiere.firm.pk):
        Staff.objects.filter(pk=world.lumiere.paulo.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])
    return signed_in(world.lumiere.paulo)


def employee_without_rights(world: World) -> Client:
    return signed_in(world.lumiere.paulo)


def staff_of_another_firm(world: World) -> Client:
    return signed_in(world.peeters.wim)


def client_of_another_firm(world: World) -> Client:
    return signed_in(make_client_user(world.peeters.firm, world.peeters.lotte_address))


def stranger(world: World) -> Client:
    return Client()


# --- What: each column tried, as somebody who wants it would ------------------------------------------------------------


def open_item(client: Client, world: World) -> str:
    return {200: YES, 404: "404"}[client.get(world.item).status_code]


def use_portal(client: Client, world: World) -> str:
    """The bakery's: another account of one's own, in another firm say, is none of it."""
    return {302: YES, 404: "404"}[client.post(f"/portal/account/{world.lumiere.bakery.code}/").status_code]


def sign(client: Client, world: World) -> str:
    """With the code out of the addressee's mailbox, if one was sent."""
    client.post(f"{world.item}sign/", {"typed_name": "N. Lefèvre", "accepted": "on"})
    with firm_context(world.lumiere.firm.pk):
        sent = Notice.objects.filter(event="act_code").count()
    client.post(f"{world.item}code/", {"code": newest_digits(world.action) if sent else "123456"})
    with firm_context(world.lumiere.firm.pk):
        return YES if Signature.objects.count() else NO


def approve(client: Client, world: World) -> str:
    """As `sign`, of a request to approve."""
    client.post(f"{world.item}approve/", {"accepted": "on"})
    with firm_context(world.lumiere.firm.pk):
        sent = Notice.objects.filter(event="act_code").count()
    client.post(f"{world.item}approve/code/", {"code": newest_digits(world.action) if sent else "123456"})
    with firm_context(world.lumiere.firm.pk):
        return YES if Approval.objects.filter(approved=True).count() else NO


def approve_without_the_mailbox(client: Client, world: World) -> str:
    client.post(f"{world.item}approve/", {"accepted": "on"})
    wrong = f"{(int(newest_digits(world.action)) + 1) % 1_000_000:06d}"
    for _ in range(6):
        client.post(f"{world.item}approve/code/", {"code": wrong})
    with firm_context(world.lumiere.firm.pk):
        return YES if Approval.objects.count() else NO


def sign_without_the_mailbox(client: Client, world: World) -> str:
    client.post(f"{world.item}sign/", {"typed_name": "N. Lefèvre", "accepted": "on"})
    wrong = f"{(int(newest_digits(world.action)) + 1) % 1_000_000:06d}"
    for _ in range(6):
        client.post(f"{world.item}code/", {"code": wrong})
    with firm_context(world.lumiere.firm.pk):
        return YES if Signature.objects.count() else NO


def see_on_the_desk(client: Client, world: World) -> str:
    return {200: YES, 302: NO, 403: "403", 404: "404"}[client.get(f"/requests/{world.action.code}/").status_code]


def change_on_the_desk(client: Client, world: World) -> str:
    words = {"on": "on", "every_days": "3", "at_most": "2"}
    answer = client.post(f"/requests/{world.action.code}/reminders/", words)
    if answer.status_code != 302:
        return str(answer.status_code)
    with firm_context(world.lumiere.firm.pk):
        return YES if Action.objects.get(pk=world.action.pk).remind_max == 2 else NO


Who = Callable[[World], Client]
What = Callable[[Client, World], str]

WHAT: list[What] = [open_item, use_portal, sign, see_on_the_desk, change_on_the_desk]
TABLE: list[tuple[Who, list[str]]] = [
    # who                            item   portal  sign  desk   change
    (active_contact,                [YES,   YES,    YES,  "404", "404"]),
    (active_contact_by_link,        [YES,   YES,    YES,  "404", "404"]),
    (pending_contact,               [YES,   "404",  YES,  NO,    NO]),
    (pending_contact_with_a_passkey_begun, [YES, "404", YES, NO, NO]),
    (notified_contact,              [YES,   "404",  YES,  NO,    NO]),
    (notified_contact_not_named,    [YES,   "404",  NO,   NO,    NO]),
    (unlinked,                      ["404", "404",  NO,   NO,    NO]),
    (both_switches_off,             ["404", "404",  NO,   NO,    NO]),
    (both_switches_off_signed_in,   ["404", "404",  NO,   "404", "404"]),
    (login_off_signed_in,           ["404", "404",  NO,   "404", "404"]),
    (replaced_and_signed_in,        [YES,   YES,    YES,  "404", "404"]),
    (replaced_by_link,              ["404", "404",  NO,   NO,    NO]),
    (removed_and_signed_in,         ["404", "404",  NO,   NO,    NO]),  # the login has ended
    (archived_contact,              ["404", "404",  NO,   "404", "404"]),
    (suppressed_by_staff,           ["404", "404",  NO,   "404", "404"]),
    (owner,                         ["404", "404",  NO,   YES,   YES]),
    (admin,                         ["404", "404",  NO,   YES,   YES]),
    (employee_with_the_right,       ["404", "404",  NO,   YES,   YES]),
    (manager_of_the_account,        ["404", "404",  NO,   YES,   YES]),
    (employee_who_only_sees,        ["404", "404",  NO,   YES,   "403"]),
    (employee_without_rights,       ["404", "404",  NO,   "404", "404"]),
    (staff_of_another_firm,         ["404", "404",  NO,   "404", "404"]),
    (client_of_another_firm,        ["404", "404",  NO,   "404", "404"]),
    (stranger,                      ["404", "404",  NO,   NO,    NO]),
]  # fmt: skip
CELLS = [
    pytest.param(who, what, wanted, id=f"{who.__name__}-{what.__name__}")
    for who, row in TABLE
    for what, wanted in zip(WHAT, row, strict=True)
]


@pytest.mark.parametrize(("who", "what", "wanted"), CELLS)
def test_cell(world: World, who: Who, what: What, wanted: str) -> None:
    assert what(who(world), world) == wanted


def test_somebody_it_was_forwarded_to_sees_the_addressee_s_page_and_cannot_sign(world: World) -> None:
    """The code goes to Nadia's address; whoever holds her link and not her mailbox gets no further."""
    client = notified_contact(world)
    assert client.get(world.item).context["visitor"].name == "Nadia Lefèvre"
    assert sign_without_the_mailbox(client, world) == NO
    with firm_context(world.lumiere.firm.pk):
        assert set(Notice.objects.filter(event="act_code").values_list("email", flat=True)) == {"nadia@lefevre.example"}


# --- What takes the code holds for every kind that does ------------------------------------------------------------------

TO_ACT = [pytest.param(who, row[WHAT.index(sign)], id=who.__name__) for who, row in TABLE]


@pytest.fixture
def approval_world(two_firms: tuple[Lumiere, Peeters]) -> World:
    lumiere, peeters = two_firms
    return World(lumiere, peeters, approval(lumiere, names=("bilan.csv",)))


@pytest.mark.parametrize(("who", "wanted"), TO_ACT)
def test_approve_cell(approval_world: World, who: Who, wanted: str) -> None:
    assert approve(who(approval_world), approval_world) == wanted


def test_where_nobody_is_named_whoever_is_notified_may_approve(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    world = World(lumiere, peeters, approval(lumiere, names=("bilan.csv",), approvers=()))
    assert approve(follow(Client(), world), world) == YES


def test_somebody_it_was_forwarded_to_cannot_approve(approval_world: World) -> None:
    assert approve_without_the_mailbox(notified_contact(approval_world), approval_world) == NO


@pytest.mark.parametrize(("who", "kind"), [(notified_contact, ActorKind.LINK), (active_contact, ActorKind.CLIENT)])
def test_staff_see_whether_it_was_done_by_link_or_signed_in(world: World, who: Who, kind: ActorKind) -> None:
    assert sign(who(world), world) == YES
    with firm_context(world.lumiere.firm.pk):
        lines = ActivityLine.objects.filter(action_id=world.action.pk, contact_id=world.lumiere.nadia.pk)
        assert set(lines.values_list("actor_kind", flat=True)) == {kind}


def test_request_that_names_nobody_is_everybody_s_to_open(world: World) -> None:
    client = signed_in(make_client_user(world.lumiere.firm, world.lumiere.paul_address))
    assert open_item(client, world) == YES
    assert client.get(world.item).context["stage"] == "reader"


# --- Staff's preview of the portal ---------------------------------------------------------------------------------------

PREVIEWS: list[tuple[Who, str]] = [
    (active_contact, "404"),
    (both_switches_off_signed_in, "404"),
    (owner, YES),
    (admin, YES),
    (employee_with_the_right, YES),
    (manager_of_the_account, YES),
    (employee_who_only_sees, "403"),
    (employee_without_rights, "404"),
    (staff_of_another_firm, "404"),
    (client_of_another_firm, "404"),
    (stranger, NO),
]


def preview(client: Client, world: World) -> str:
    """Of the bakery's portal, as Nadia sees it; it opens her item too, and lets nobody sign there."""
    nadia_use(world, login=True)
    answer = client.post(f"/accounts/{world.lumiere.bakery.code}/addresses/{world.lumiere.nadia_address.code}/preview/")
    if answer.status_code != 302:
        return str(answer.status_code)
    seen = [client.get(path).status_code for path in ("/portal/", world.item)]
    assert (seen, sign(client, world)) in (([200, 200], NO), ([302, 404], NO))
    return YES if seen == [200, 200] else NO


@pytest.mark.parametrize(("who", "wanted"), [pytest.param(who, wanted, id=who.__name__) for who, wanted in PREVIEWS])
def test_preview_cell(world: World, who: Who, wanted: str) -> None:
    assert preview(who(world), world) == wanted
