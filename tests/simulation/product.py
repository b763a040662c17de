"""The product itself beside the engine: the same history on PostgreSQL, by the real services, sweep and dispatch."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import time_machine
from django.db import transaction

from actions.errors import ActionClosed
from actions.models import Action, ActionParty
from clients.addresses import change_switches
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from firms.actors import Actor
from firms.closed_days import Closing, rows_of
from firms.models import Firm, Staff
from notifications.dispatch.claim import claim
from notifications.dispatch.posting import send
from notifications.enums import Priority, SuppressionReason
from notifications.models import Message, Notice, Suppression
from notifications.notices import decide_reminders_anew
from notifications.services import suppress_address
from reminders.anew import reopen, restart
from reminders.rules import Schedule
from reminders.services import ask, change_reminders, refuse, resend, settle, settle_party, withdraw
from reminders.standing import look_again
from reminders.sweep import sweep
from reminders.words import Words
from templates_email.render import Rendered
from tenancy.context import firm_context
from tests.simulation.world import World
from ways.accepted import Accepted

type State = dict[object, object]


class Killed(BaseException):
    """The process is gone."""


class Taker:
    """A server that takes whatever it is given; `kills` whoever hands something over."""

    def __init__(self) -> None:
        self.kills = False

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        before_data()
        if self.kills:
            raise Killed
        return Accepted("250 OK")

    def is_ready_for(self, rendered: Rendered) -> bool:
        return False

    def close(self) -> None:
        pass


class Product:
    """Rows of one firm that exists already, with its people (by their own keys) and as many accounts and addresses as the world has."""

    def __init__(self, world: World, firm: Firm, staff: Staff) -> None:
        self.world, self.firm_id, self.staff = world, firm.pk, staff
        self.by = Actor.staff(staff)
        self.items: dict[int, int] = {}
        self.taker = Taker()
        with firm_context(firm.pk):
            self._office()
            self.addresses = [self._address(number, mail.person) for number, mail in enumerate(world.mails)]
            self.accounts = {number: self._account(number) for number in world.uses}
            self._people()

    # --- The firm and its clients ------------------------------------------------------------------------------------

    def _office(self) -> None:
        office = self.world.office
        closings = rows_of(Closing(day, day, "") for day in office.closed)
        Firm.objects.filter(pk=self.firm_id).update(
            time_zone=office.zone, send_from=office.start, send_until=office.until, send_days=sorted(office.days), keeps_holidays=False,
            closings=closings, open_days_only=office.open_days_only, sends_at_any_hour=office.always, bundle_reminders=office.bundle,
            cap_a_day=office.cap_a_day, cap_a_week=office.cap_a_week, latest_days=office.latest_days,
        )  # fmt: skip

    def _address(self, number: int, person: int) -> int:
        primary = not Address.objects.filter(contact=person).exists()
        email = f"mail{number}@client.example"
        return Address.objects.create(
            firm_id=self.firm_id, contact_id=person, email=email, is_primary=primary, created_at=self.staff.user.created_at
        ).pk

    def _account(self, number: int) -> int:
        account = Account.objects.create(firm_id=self.firm_id, name=f"Account {number}", created_at=self.staff.user.created_at)
        uses = self.world.uses[number]
        people = {self.world.mails[mail].person for mail in uses}
        AccountContact.objects.bulk_create(AccountContact(firm_id=self.firm_id, account=account, contact_id=person) for person in people)
        AccountAddress.objects.bulk_create(
            AccountAddress(
                firm_id=self.firm_id, account=account, address_id=self.addresses[mail], notify=use.notify, wants_signatures=use.wants
            )
            for mail, use in uses.items()
        )
        return account.pk

    def _people(self) -> None:
        for key, person in self.world.people.items():
            Contact.objects.filter(pk=key).update(time_zone=person.zone or "")

    # --- What happens ------------------------------------------------------------------------------------------------

    def happen(self, what: str, values: tuple[Any, ...], now: datetime) -> None:
        with firm_context(self.firm_id), time_machine.travel(now, tick=False):
            getattr(self, what)(*values, now=now)

    def action(self, item: int) -> Action | None:
        found = Action.objects.select_related("firm", "account").filter(pk=self.items.get(item, 0))
        return found.first()

    def ask(
        self, item: int, account: int, named: frozenset[int], schedule: tuple[bool, int, int], last: date | None, *, now: datetime
    ) -> None:
        words = Words(f"Item {item}", expires_on=last, schedule=Schedule(*schedule))
        self.items[item] = ask(
            account=Account.objects.select_related("firm").get(pk=self.accounts[account]), kind="signature", words=words,
            staff=self.staff, by=self.by, parties=list(Contact.objects.filter(pk__in=named)), now=now,
        ).pk  # fmt: skip

    def act(self, item: int, person: int, *, now: datetime) -> None:
        if action := self.action(item):
            with suppress(ActionClosed, ActionParty.DoesNotExist), transaction.atomic():
                settle_party(action=action, contact=Contact.objects.get(pk=person), by=self.by, now=now)

    def settle(self, item: int, *, now: datetime) -> None:
        self._do(item, lambda action: settle(action=action, by=self.by, now=now))

    def refuse(self, item: int, *, now: datetime) -> None:
        self._do(item, lambda action: refuse(action=action, by=self.by, now=now, reason="No"))

    def withdraw(self, item: int, *, now: datetime) -> None:
        self._do(item, lambda action: withdraw(action=action, by=self.by, now=now))

    def schedule(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        self._do(item, lambda action: change_reminders(action=action, schedule=Schedule(*schedule), by=self.by, now=now))

    def resend(self, item: int, *, now: datetime) -> None:
        self._do(item, lambda action: resend(action=action, by=self.by, now=now))

    def reopen(self, item: int, schedule: tuple[bool, int, int], *, now: datetime) -> None:
        action = self.action(item)
        if action and action.is_open:
            restart(action=action, message="", schedule=Schedule(*schedule), now=now)
        elif action:
            Action.objects.filter(pk=action.pk).update(expires_on=None, due_on=None)
            reopen(action=action, schedule=Schedule(*schedule), by=self.by, now=now)

    def _do(self, item: int, act: Callable[[Action], object]) -> None:
        if action := self.action(item):
            with suppress(ActionClosed), transaction.atomic():
                act(action)

    def switch(self, account: int, mail: int, name: str, on: bool, *, now: datetime) -> None:
        if name == "wants":
            AccountAddress.objects.filter(account=self.accounts[account], address=self.addresses[mail]).update(wants_signatures=on)
            self.look_again(now)
            return
        address = Address.objects.select_related("contact").get(pk=self.addresses[mail])
        account_row = Account.objects.select_related("firm").get(pk=self.accounts[account])
        if address.is_linked:
            change_switches(account=account_row, address=address, by=self.by, now=now, notify=on)
        else:
            AccountAddress.objects.filter(account=self.accounts[account], address=address).update(notify=on)
        self.look_again(now)

    def bounce(self, mail: int, *, now: datetime) -> None:
        suppress_address(
            firm=self.firm, address_id=self.addresses[mail], reason=SuppressionReason.NO_SUCH_ADDRESS, detail="", by=self.by, now=now
        )

    def lift(self, mail: int, *, now: datetime) -> None:
        Suppression.objects.filter(address=self.addresses[mail], lifted_at=None).update(lifted_at=now)
        self.look_again(now)

    def archive(self, person: int, on: bool, *, now: datetime) -> None:
        Contact.objects.filter(pk=person).update(archived_at=now if on else None)
        self.look_again(now)

    def unlink(self, mail: int, on: bool, *, now: datetime) -> None:
        Address.objects.filter(pk=self.addresses[mail]).update(unlinked_at=now if on else None, is_primary=False)
        self.look_again(now)

    def move(self, person: int, zone: str | None, *, now: datetime) -> None:
        Contact.objects.filter(pk=person).update(time_zone=zone or "")

    def close_days(self, first: date, count: int, *, now: datetime) -> None:
        self._terms_changed(now)

    def terms(self, name: str, value: object, *, now: datetime) -> None:
        self._terms_changed(now)

    def _terms_changed(self, now: datetime) -> None:
        """As the world has them now."""
        self._office()
        self.decide_anew(now)

    def pause(self, level: str, number: int, days: int, *, now: datetime) -> None:
        self._paused(level, number, now)

    def end_pause(self, level: str, number: int, *, now: datetime) -> None:
        if (level, number) in self.world.pauses:
            self._paused(level, number, now)
        self.decide_anew(now)

    def _paused(self, level: str, number: int, now: datetime) -> None:
        first, until = self.world.pauses[level, number]
        pause = {"paused_from": first, "paused_until": until}
        if level == "firm":
            Firm.objects.filter(pk=self.firm_id).update(**pause)
        elif level == "account":
            Account.objects.filter(pk=self.accounts[number]).update(**pause)
        elif level == "person":
            Contact.objects.filter(pk=number).update(**pause)
        else:
            Action.objects.filter(pk=self.items.get(number, 0)).update(**pause)
        self.decide_anew(now)

    def decide_anew(self, now: datetime) -> None:
        self.look_again(now)
        decide_reminders_anew(self.firm, now)

    def look_again(self, now: datetime) -> None:
        look_again(Action.objects.filter(firm=self.firm_id), now)

    @property
    def firm(self) -> Firm:
        return Firm.objects.get(pk=self.firm_id)

    # --- Somebody comes by -------------------------------------------------------------------------------------------

    def sweep(self, now: datetime) -> None:
        with time_machine.travel(now, tick=False):
            sweep(now)

    def dispatch(self, now: datetime, killed: str) -> None:
        with time_machine.travel(now, tick=False), suppress(Killed):
            looked = True
            while looked:
                taken = claim(self.firm_id, now, now)
                looked = bool(taken.claims or taken.decided_otherwise)
                fresh = any(claimed.fence == 1 for claimed in taken.claims)
                self.taker.kills = killed == "handed" and fresh
                if killed == "claimed" and fresh:
                    return
                for claimed in taken.claims:
                    send(self.firm_id, claimed, self.taker, lambda: now)

    # --- How it stands -----------------------------------------------------------------------------------------------

    def state(self) -> State:
        item_of = {pk: item for item, pk in self.items.items()}
        mail_of = {pk: mail for mail, pk in enumerate(self.addresses)}
        found: State = {}
        with firm_context(self.firm_id):
            for action in Action.objects.filter(pk__in=item_of):
                later = action.next_reminder_at is not None
                stands = (action.is_open, action.reminders_sent, action.round, action.counted_from, later)
                found["item", item_of[action.pk]] = stands
            for notice in Notice.objects.filter(priority=Priority.REMINDER).select_related("message"):
                key = (item_of[notice.action_id or 0], notice.values.get("round", 0), notice.number, mail_of[notice.address_id or 0])
                waits = notice.not_before if notice.message is None else None
                sent = notice.message.sent_at if notice.message and notice.verdict == "send" else None
                found["reminder", key] = (str(notice.verdict), str(notice.reason), waits, sent)
            sent_to: dict[str, list[datetime | None]] = defaultdict(list)
            for email, at in Message.objects.exclude(sent_at=None).order_by("to_email", "sent_at").values_list("to_email", "sent_at"):
                sent_to[email].append(at)
            found["e-mails"] = dict(sent_to)
        return found
