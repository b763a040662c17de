"""`manage.py sweep_reminders [--at T] [--dry-run] [--firm CODE]`: sends what is due, or says what would be sent, to whom and why."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from firms.management.firms import firm_ids_for
from firms.models import Firm
from lib.clock import now
from lib.jobs import wake
from notifications.enums import REASON_SENTENCES
from notifications.resolver import Resolved
from notifications.services import DISPATCH
from notifications.verdicts import Reason
from reminders.sweep import batches_of, firms_with_due_reminders, sweep
from tenancy.context import firm_context
from tenancy.heartbeats import SWEEP, beat


class Command(BaseCommand):
    help = "Reminds of everything that is due and prints each verdict with its reason. Running it twice reminds once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="the instant to sweep for, in ISO form with its offset; now when left out")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--firm", help="the code of one firm; all of them when left out")

    def handle(self, *args: object, at: str | None, dry_run: bool, firm: str | None, **options: object) -> None:
        instant, only = instant_of(at), firm_ids_for(firm)
        swept = swept_firms(only or firms_with_due_reminders(instant), instant, dry_run=dry_run)
        lines = sum(self._print(each, resolved) for each, resolved in swept)
        if not dry_run:
            if firm is None:
                sweep(instant)  # what has expired
                beat(SWEEP)
            wake(DISPATCH)
        self.stdout.write(f"{lines} decided." if not dry_run else f"{lines} would be decided; nothing was written.")

    def _print(self, firm: Firm, resolved: list[Resolved]) -> int:
        for r in resolved:
            since = "due" if r.decision.reason == Reason.TOO_LATE else "until"
            until = f" {since} {r.decision.until.isoformat()}" if r.decision.until else ""
            what = f"reminder {r.action.reminders_sent} of {r.action.remind_max} of {r.action.title!r}"
            verdict = f"{r.decision.verdict}{until}: {REASON_SENTENCES[r.decision.reason]}"
            self.stdout.write(f"{firm.name} | {r.action.account.name} | {what} | {r.recipient.email} | {verdict}")
        return len(resolved)


def swept_firms(firm_ids: Iterable[int], instant: datetime, *, dry_run: bool) -> Iterator[tuple[Firm, list[Resolved]]]:
    """Each firm with what was decided in it; a dry run is the real thing, rolled back."""
    for firm_id in firm_ids:
        with firm_context(firm_id) if dry_run else nullcontext():
            decided = [each for resolved, _ in batches_of(firm_id, instant) for each in resolved]
            if dry_run:
                transaction.set_rollback(True)
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
        yield firm, decided


def instant_of(text: str | None) -> datetime:
    """Raises `CommandError` for an instant without an offset: nobody should guess whose nine o'clock is meant."""
    if text is None:
        return now()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not an instant; write for example 2026-11-05T09:00+01:00.") from None
    if instant.tzinfo is None:
        raise CommandError(f"{text!r} names no offset; write for example {text}+01:00.")
    return instant
