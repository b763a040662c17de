"""That somebody was at the page behind an e-mailed link: told to staff beside the address, and never asked by anything that decides."""

from datetime import datetime

from notifications.models import Notice, Visit


def is_somebody_there(code: str, seen: str) -> bool:
    """The page's script turns the code round once a hand is on mouse, keys or glass; a mail scanner opens the page and touches nothing."""
    return bool(code) and seen == code[::-1]


def note_visit(notice: Notice, now: datetime) -> None:
    """The first time alone."""
    Visit.objects.bulk_create([Visit(firm_id=notice.firm_id, notice=notice, first_at=now)], ignore_conflicts=True)
