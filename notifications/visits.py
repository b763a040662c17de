"""That the page behind an e-mailed link was opened: told to staff beside the address, and never asked by anything that decides."""

from datetime import datetime

from notifications.models import Notice, Visit


def note_visit(notice: Notice, now: datetime) -> None:
    """The first time alone. It may have been a mail server's scanner, which follows links before its reader does."""
    Visit.objects.bulk_create([Visit(firm_id=notice.firm_id, notice=notice, first_at=now)], ignore_conflicts=True)
