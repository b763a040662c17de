"""`manage.py outbox [--firm CODE] [--state STATE] [--limit N]`: the e-mails of each firm, newest first.

`--retry` and `--cancel` act on one of them, `--hold` and `--release` on all that leave to clients.
"""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from firms.actors import Actor
from firms.enums import HoldOrigin
from firms.holding_all import begin_hold_of_all, end_hold_of_all, find_hold_of_all
from firms.management.firms import firm_ids_for
from firms.models import Firm
from firms.queries import list_firm_ids
from lib import clock
from notifications.enums import OutboxState
from notifications.holding import hold_mail, release_mail, what_waits
from notifications.outbox import Entry, count_states, find_entry, outbox_of
from notifications.outbox_acts import cancel_mail, retry_message
from notifications.restoring import BETWEEN_MARKS, count_doubtful, set_doubtful_aside
from tenancy import fence
from tenancy.context import firm_context
from ways.pacing import find_pace_used_up


class Command(BaseCommand):
    help = (
        "Prints what waits, is held, goes, went or failed. With --retry or --cancel and the code of an e-mail it acts on that one; "
        "with --hold or --release on all that leave to clients, of one firm or of all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--firm", metavar="CODE", help="this firm alone; all of them when left out")
        parser.add_argument("--state", choices=OutboxState.values, help="what stands there alone")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="how many e-mails of each firm at most (20)")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--retry", metavar="ID", help="gives an e-mail that failed one more try; its code stands first in what is printed")
        act.add_argument("--cancel", metavar="ID", help="ends one that waits or is held; it never goes")
        act.add_argument("--hold", metavar="REASON", help="from now on nothing leaves to clients but codes and passwords; firms see why")
        act.add_argument("--release", action="store_true", help="ends what an operator held; with --firm also the wait for a yes")
        act.add_argument("--accept-restore", action="store_true", help="after a backup was restored: says how many e-mails may have gone")
        parser.add_argument("--yes", action="store_true", help="with --accept-restore: sets those aside for staff, and lets all others go")

    def handle(self, *args: object, firm: str | None, **options: Any) -> None:
        if firm is None:
            _hold_or_release_newcomers(options["hold"], releasing=options["release"])
        firm_ids = firm_ids_for(firm) or list_firm_ids()
        if options["accept_restore"]:
            self._accept_restore(yes=options["yes"])
        elif code := options["retry"] or options["cancel"]:
            if not any(self._act(firm_id, code, retrying=bool(options["retry"])) for firm_id in firm_ids):
                raise CommandError(f"No e-mail has the code {code!r}.")
        elif options["hold"]:
            for firm_id in firm_ids:
                self._hold(firm_id, options["hold"])
        elif options["release"]:
            for firm_id in firm_ids:
                self._release(firm_id, named=firm is not None)
            self._print_hold_of_all(" --release without --firm ends that.")
        else:
            self._print_hold_of_all()
            for firm_id in firm_ids:
                self._print(firm_id, OutboxState(options["state"]) if options["state"] else None, max(options["limit"], 0))

    def _accept_restore(self, *, yes: bool) -> None:
        lost_from, lost_until = _lost()
        now = clock.now()
        until = lost_until + BETWEEN_MARKS + (now - clock.machine_now())  # by the product's clock, as e-mails wait
        self.stdout.write(f"Nothing is known of what was sent from {lost_from:%Y-%m-%d %H:%M}Z to {until:%Y-%m-%d %H:%M}Z.")
        if not yes:
            doubtful = sum(count_doubtful(firm_id, until) for firm_id in list_firm_ids())
            self.stdout.write(f"{doubtful} e-mails may have gone already. With --yes they are set aside for staff, and all others go on.")
            return
        with transaction.atomic():
            aside = sum(set_doubtful_aside(firm_id, until, now) for firm_id in list_firm_ids())
            fence.accept(clock.machine_now())
        self.stdout.write(f"{aside} e-mails are unconfirmed now, for staff to decide; reminders due until then wait for a yes.")

    def _hold(self, firm_id: int, reason: str) -> None:
        now = clock.now()
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            hold_mail(firm=firm, origin=HoldOrigin.OPERATOR, reason=reason, by=Actor.system(), now=now)
            self.stdout.write(f"{firm.code} {firm.name}: held; {what_waits(firm, now).total} e-mails wait.")

    def _release(self, firm_id: int, *, named: bool) -> None:
        """What a firm holds itself stays held; to what is late an operator says yes for one firm that is named, not for all at once."""
        now = clock.now()
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            was_on, origin = firm.holds_mail(now), firm.mail_hold_origin
            may = was_on and (named or origin != HoldOrigin.BACKLOG)
            going = release_mail(firm=firm, origin=HoldOrigin.OPERATOR, by=Actor.system(), now=now) if may else 0
            if not was_on:
                said_so = "holds nothing"
            elif firm.holds_mail(now):
                said_so = f"{'released; ' if origin == HoldOrigin.OPERATOR else ''}{own_hold_of(firm)}: left as it is"
            else:
                said_so = f"released; {going} e-mails go"
            self.stdout.write(f"{firm.code} {firm.name}: {said_so}.")

    def _print_hold_of_all(self, what_to_do: str = "") -> None:
        if held := find_hold_of_all():
            self.stdout.write(held.sentence + what_to_do)

    def _print(self, firm_id: int, state: OutboxState | None, limit: int) -> None:
        now = clock.now()
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            outbox = outbox_of(firm)
            counts = count_states(outbox, now)
            self.stdout.write(f"{firm.code} {firm.name}: " + ", ".join(f"{each.value} {said(counts[each])}" for each in OutboxState))
            if paced := find_pace_used_up(firm_id, clock.machine_now()):
                self.stdout.write(f"  What leaves by the firm's own way waits its turn: at most {paced} a minute.")
            for entry in (outbox.in_state(state, now) if state else outbox)[0:limit]:
                self.stdout.write(f"  {line_of(entry, entry.state(firm, now))}")

    def _act(self, firm_id: int, code: str, *, retrying: bool) -> bool:
        """Whether it is this firm's."""
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            entry = find_entry(outbox_of(firm), code)
            if entry is None:
                return False
            act = retry_message if retrying else cancel_mail
            if not act(firm=firm, entry=entry, by=Actor.system(), now=clock.now()):
                raise CommandError(f"{code} is {entry.state(firm, clock.now())}: nothing was changed.")
        self.stdout.write(f"{code} is tried again." if retrying else f"{code} is cancelled.")
        return True


def _hold_or_release_newcomers(reason: str | None, *, releasing: bool) -> None:
    """Before the firms are listed: none that is created meanwhile is forgotten."""
    if reason:
        begin_hold_of_all(reason=reason, now=clock.now())
    elif releasing:
        end_hold_of_all()


def _lost() -> tuple[datetime, datetime]:
    """From when to when this database does not know what was sent. Raises `CommandError` where it knows all, or nobody can say."""
    fenced = fence.look()
    if fenced.state is fence.State.UNREADABLE:
        raise CommandError(f"The fence file cannot be read ({fenced.why}). Mend it, or take it away if nothing was restored.")
    if fenced.lost_from is None or fenced.lost_until is None:
        raise CommandError("No backup was restored here: there is nothing to accept.")
    return fenced.lost_from, fenced.lost_until


def own_hold_of(firm: Firm) -> str:
    if firm.mail_hold_origin == HoldOrigin.BACKLOG:
        return "waits for a yes since it is late (--release --firm says it for the firm)"
    return f"holds its e-mails itself, by {firm.mail_held_by}"


def said(count: int) -> str:
    return str(count) if count <= 1_000 else "1000+"


def line_of(entry: Entry, state: OutboxState) -> str:
    """Without subject: an operator looks after machines, not after what is said to whom."""
    first, message = entry.first, entry.message
    until = message.next_try_at if message else first.not_before if first else None
    parts = [
        entry.code,
        f"{entry.at:%Y-%m-%d %H:%M}Z",
        message.outcome if message else state.value,
        entry.email,
        first.event if first else "-",
        f"tries {message.tries}" if message else "",
        f"why {first.reason}" if first and not message else "",
        f"until {until:%Y-%m-%d %H:%M}Z" if until and state in (OutboxState.WAITING, OutboxState.HELD) else "",
        message.answer if message else "",
    ]
    return " | ".join(part for part in parts if part)
