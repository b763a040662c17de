"""`manage.py sweep_reminders [--at T] [--dry-run]`: sends what is due, or says what would be sent, to whom and why."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from firms.models import Firm
from lib.clock import now
from notifications.enums import REASON_SENTENCES
from notifications.resolver import Resolved
from reminders.sweep import firms_with_due_reminders, remind_batch, sweep
from tenancy.context import firm_context


class Command(BaseCommand):
    help = "Reminds of everything that is due and prints each verdict with its reason. Running it twice reminds once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="the instant to sweep for, in ISO form with its offset; now when left out")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *args: object, at: str | None, dry_run: bool, **options: object) -> None:
        instant = instant_of(at)
        lines = sum(self._print(firm, resolved) for firm, resolved in swept_firms(instant, dry_run=dry_run))
        if not dry_run:
            sweep(instant)  # what a batch left over, and what has expired
        self.stdout.write(f"{lines} decided." if not dry_run else f"{lines} would be decided; nothing was written.")

    def _print(self, firm: Firm, resolved: list[Resolved]) -> int:
        for r in resolved:
            until = f" until {r.decision.until.isoformat()}" if r.decision.until else ""
            what = f"reminder {r.action.reminders_sent} of {r.action.remind_max} of {r.action.title!r}"
            verdict = f"{r.decision.verdict}{until}: {REASON_SENTENCES[r.decision.reason]}"
            self.stdout.write(f"{firm.name} | {r.action.account.name} | {what} | {r.recipient.email} | {verdict}")
        return len(resolved)


def swept_firms(instant: datetime, *, dry_run: bool) -> Iterator[tuple[Firm, list[Resolved]]]:
    """Each firm with what was decided in it; a dry run is the real thing, rolled back."""
    for firm_id in firms_with_due_reminders(instant):
        with firm_context(firm_id):
            firm = Firm.objects.get(pk=firm_id)
            decided: list[Resolved] = []
            actions = None
            while actions is None or actions:
                resolved, actions = remind_batch(firm, instant)
                decided += resolved
            if dry_run:
                transaction.set_rollback(True)
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
