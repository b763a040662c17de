"""Where a dispatcher can be killed: each point wraps something of the product, in a process that was made to die there."""

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from ways.patience import Patient

TEXT = 1000  # bytes: what is longer is the message itself

type Fatal = Callable[[], None]


class Point(StrEnum):
    LOOKED = "after the fresh look, before its commit"
    CLAIMED = "after the claim"
    MAIL = "before MAIL"
    RCPT = "after RCPT"
    HANDED = "after the hand-over"
    DATA = "in DATA"
    DOT = "after the dot, before 250"
    ANSWERED = "after 250, before the record"
    RECORDED = "after the record"


def fatal(number: int, sent: signal.Signals) -> Fatal:
    """Sends this process the signal at the `number`th passing."""
    passed = 0

    def pass_by() -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), sent)

    return pass_by


def arm(point: Point, here: Fatal) -> None:
    from notifications.dispatch import batches, claim
    from notifications.dispatch.ledger import Ledger
    from ways.smtp import SmtpTransport

    match point:
        case Point.LOOKED:
            wrap(claim, "write_verdicts", after=here)
        case Point.CLAIMED:
            wrap(batches, "claim", after=here)
        case Point.MAIL:
            wrap(SmtpTransport, "_open_for", before=here)
        case Point.RCPT:
            wrap(Ledger, "hand_over", before=here)
        case Point.HANDED:
            wrap(Ledger, "hand_over", after=here)
        case Point.DATA:
            cut_text(here, in_the_middle=True)
        case Point.DOT:
            cut_text(here, in_the_middle=False)
        case Point.ANSWERED:
            wrap(Ledger, "record_sent", before=here)
        case Point.RECORDED:
            wrap(Ledger, "_write", after=here)


def wrap(place: Any, name: str, *, before: Fatal | None = None, after: Fatal | None = None) -> None:
    original = getattr(place, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            before()
        result = original(*args, **kwargs)
        if after:
            after()
        return result

    setattr(place, name, wrapped)


def cut_text(here: Fatal, *, in_the_middle: bool) -> None:
    original = Patient.send_text

    def send_text(self: Patient, said: bytes, *, ends: int) -> None:
        if len(said) < TEXT:
            original(self, said, ends=ends)
            return
        half = ends // 2 if in_the_middle else len(said)
        original(self, said[:half], ends=half)
        here()
        original(self, said[half:], ends=ends - half)

    Patient.send_text = send_text  # type: ignore[method-assign]
