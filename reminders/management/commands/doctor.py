"""`manage.py doctor`: whether the deployment is well, a line for each thing that is looked at, and what to do."""

from django.core.management.base import BaseCommand, CommandError

from lib.clock import machine_now, now
from reminders.health.facts import look
from reminders.health.rules import Level


class Command(BaseCommand):
    help = "Says whether database, broker, beat, workers and sending are well, with advice. Exits with 1 when anything is bad."

    def handle(self, *args: object, **options: object) -> None:
        health = look(now(), machine_now())
        for check in health.checks:
            self.stdout.write(f"{check.level:<4} | {check.name} | {check.sentence}{' ' + check.advice if check.advice else ''}")
        bad = sum(check.level is Level.BAD for check in health.checks)
        if bad:
            raise CommandError(f"{bad} bad.", returncode=1)
