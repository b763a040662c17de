"""What a dispatcher holds while it sends 200,000 messages, in calls of all sizes, as a worker makes them: does it grow?"""

import os
import sys
from collections.abc import Iterable
from itertools import accumulate
from statistics import linear_regression
from typing import TYPE_CHECKING

from bench.database import Owner, fresh_database
from bench.mail import contest
from bench.mail.outbox import NOW, write_reminders
from bench.mail.sink import running_sink
from bench.practice import settle_firms

if TYPE_CHECKING:
    from bench.__main__ import Measured

MESSAGES = int(os.environ.get("MESSAGES_MEMORY", "200000"))
FIRMS, EACH = 20, 2  # and how many messages an account of theirs makes
PARTS = [1 / 20, *[1 / 200] * 40, 1 / 4, 1 / 4, 1 / 4]  # of the messages, for one call each
SHOWN = [1 / 20, 1 / 4, 1 / 2, 3 / 4, 1]
# Each part is a call's own: it becomes ready a minute after the one before. All firms have their share of each.
IN_PARTS = """
    UPDATE notifications_notice n SET not_before = %(now)s::timestamptz + width_bucket(place, %(ends)s) * interval '1 minute'
    FROM (SELECT id, row_number() OVER (ORDER BY id %% 997, id) - 1 AS place FROM notifications_notice WHERE message_id IS NULL) placed
    WHERE n.id = placed.id
"""


def measure() -> "Measured":
    """`after_…_mb` is held once so many have been sent; what it grows by is reckoned from the end of the first call on."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with running_sink() as sink, fresh_database() as owner:
        messages = fill_in_parts(owner)
        said = contest.said_by([sys.executable, "-m", "bench.mail.ours", "parts", str(len(PARTS))], sink.way_out)
    rate = contest.rate(said, messages)
    held = {int(sent): mb for sent, mb in said.items() if sent.isdigit()}
    slope, _ = linear_regression(list(held), list(held.values()))
    figures = {"messages": float(messages), "per_s": rate, "peak_mb": said["peak_mb"], "growth_mb_per_100000": slope * 100_000}
    figures |= {f"after_{sent}_mb": held[sent] for sent in shares_of(messages, SHOWN)}
    first, *_, last = held.values()
    return {"figures": figures, "ratios": {"last_vs_first": last / first}}


def fill_in_parts(owner: Owner) -> int:
    settle_firms(owner, firms=FIRMS, accounts=str(MESSAGES // FIRMS // EACH))
    messages = write_reminders(owner, NOW)
    ends = shares_of(messages, accumulate(PARTS))
    owner.execute(IN_PARTS, {"now": NOW, "ends": ends[:-1]})
    return messages


def shares_of(messages: int, shares: Iterable[float]) -> list[int]:
    return [round(share * messages) for share in shares]
