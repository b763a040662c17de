"""`manage.py read_bounces`: reads what has come back to the mailbox, and says what a person has to read."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lib import clock
from tracking.mailbox import MailboxError
from tracking.models import ReturnedMail
from tracking.reports import Kind
from tracking.returned import read_mailbox

MOST = 20


class Command(BaseCommand):
    help = "Reads the mailbox of RELANCE_BOUNCES_IMAP_URL: each e-mail once. Nothing in the mailbox is changed."

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.BOUNCES_IMAP_URL:
            raise CommandError("RELANCE_BOUNCES_IMAP_URL is not set: there is no mailbox to read.")
        try:
            tally = read_mailbox(settings.BOUNCES_IMAP_URL, clock.now())
        except MailboxError as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        for kind in Kind:
            if tally[kind]:
                self.stdout.write(f"{kind}: {tally[kind]}")
        if not sum(tally.values()):
            self.stdout.write("Nothing has come back since the last time.")
        unknown = ReturnedMail.objects.filter(kind=Kind.UNKNOWN).order_by("-read_at", "-uid")[:MOST]
        for row in unknown:
            self.stdout.write(f"For a person to read: number {row.uid} of {row.mailbox}, come in by {row.read_at:%Y-%m-%d}")
