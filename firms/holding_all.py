"""Holding the e-mails of all firms: who is created while that lasts begins held, and is released with the others.

An advisory lock keeps both apart: a firm that is being created is among those that are held, or finds that all are.
"""

from datetime import datetime

from django.db import connection, transaction

from firms.enums import HoldOrigin
from firms.mail_hold import HoldOfAll

ONE = 1  # the row's only key
LOCK = "relance.hold_of_all"


@transaction.atomic
def begin_hold_of_all(*, reason: str, now: datetime) -> None:
    """Before the firms are listed, of which each is held by itself."""
    _lock("pg_advisory_xact_lock")
    HoldOfAll.objects.update_or_create(pk=ONE, defaults={"reason": reason[:160]}, create_defaults={"reason": reason[:160], "since": now})


@transaction.atomic
def end_hold_of_all() -> None:
    """As above, before the firms are listed that are released."""
    _lock("pg_advisory_xact_lock")
    HoldOfAll.objects.all().delete()


def find_hold_of_all() -> HoldOfAll | None:
    """It outlives a release firm by firm."""
    return HoldOfAll.objects.first()


def columns_of_newcomer(now: datetime) -> dict[str, object]:
    """Those by which a firm begins held, where all are. In the transaction that creates it."""
    _lock("pg_advisory_xact_lock_shared")
    held = find_hold_of_all()
    return {"mail_held_at": now, "mail_hold_origin": HoldOrigin.OPERATOR, "mail_hold_reason": held.reason} if held else {}


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [LOCK])
