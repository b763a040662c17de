"""`manage.py reminders_doctor [--firm CODE] [--fix]`: what is wrong with reminders, a line each, with what to do."""

from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from actions.models import Action
from firms.management.firms import firm_ids_for
from firms.models import Firm
from firms.queries import list_firm_ids
from lib.clock import now
from reminders.doctor import Finding, look_at_firm, look_at_the_hold_of_all, look_at_the_sweep
from tenancy.context import firm_context


class Command(BaseCommand):
    help = "Looks for reminders that are stuck, and says what waits. Exits with 1 when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--firm", help="the code of one firm; all of them when left out")
        parser.add_argument(
            "--fix", action="store_true", help="let the sweep look again at what is stuck; it reminds of nothing before its time"
        )

    def handle(self, *args: object, firm: str | None, fix: bool, **options: object) -> None:
        self._print("", look_at_the_hold_of_all(), fix=False)
        wrong = self._print("", look_at_the_sweep(), fix=False)
        for firm_id in firm_ids_for(firm) or list_firm_ids():
            with firm_context(firm_id):
                found = Firm.objects.get(pk=firm_id)
                wrong += self._print(f"{found.name} | ", look_at_firm(found, now()), fix=fix)
        if wrong:
            raise CommandError(f"{wrong} wrong.", returncode=1)
        self.stdout.write("Nothing is wrong.")

    def _print(self, whose: str, findings: Iterable[Finding], *, fix: bool) -> int:
        """How many are wrong, and stay so."""
        wrong = 0
        for finding in findings:
            fixed = fix and bool(finding.to_look_at)
            if fixed:
                Action.objects.filter(pk__in=finding.to_look_at, reminders_on=True).update(next_reminder_at=now())
            wrong += finding.wrong and not fixed
            mark = "fixed" if fixed else "wrong" if finding.wrong else "waits"
            self.stdout.write(f"{mark} | {whose}{finding.text}")
        return wrong
