"""`manage.py seed_demo`: two firms with clients, requests in every state, and a mailbox. Running it twice changes nothing."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.logins import logins_file
from demo.seed.services import seed
from lib.clock import now


class Command(BaseCommand):
    help = "Fills an empty demo; refuses outside of it."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("This makes a firm with well-known passwords: it works only where RELANCE_DEMO is on.")
        word = "is filled" if seed(now()) else "was filled before; nothing is changed"
        self.stdout.write(f"The demo {word}. Logins: {logins_file()}")
