"""Dispatchers by the hundred: a process that has imported everything, and makes one for each order on its standard input.

Each line is an `Order` as JSON; each answer is a line too: how the dispatcher ended. The nursery itself has no connection to anything.
"""

import json
import logging
import os
import random
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partialmethod

from tests.faults.points import Point, arm, fatal

PATIENCE = 1  # seconds, with a server


@dataclass(frozen=True, slots=True)
class Order:
    """`now` by the product's clock. At the `passing`th time at the `point` it gets the signal, or after so many milliseconds if it lives.

    `wake` is the number of a process that was stopped: it goes on, and its end is waited for. Of a `fleet` at once nobody dies. With `here`
    the nursery itself sends: what it has compiled its children need not. With several `rounds` it begins again, and no server rests.
    What goes `abreast` does so from the first batch on: its first connection need not have proved itself.
    """

    now: str = ""
    point: str = ""
    passing: int = 1
    signal: int = signal.SIGKILL
    after_ms: float | None = None
    wake: int = 0
    fleet: int = 1
    here: bool = False
    rounds: int = 1
    abreast: bool = False

    def text(self) -> str:
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True, slots=True)
class End:
    """`how`: done, failed, killed, stopped; `pid` of one that stopped."""

    how: str
    pid: int


def dispatch(order: Order) -> int:
    from django.db import DatabaseError  # Django has been set up by now

    from notifications.dispatch.send import dispatch_ready
    from ways.models import Pace

    random.seed()
    logging.disable()  # what goes wrong here was done on purpose
    if order.abreast:
        let_in_at_once()
    if order.point:
        arm(Point(order.point), fatal(order.passing, signal.Signals(order.signal)))
    at = datetime.fromisoformat(order.now)
    try:
        for _ in range(order.rounds):
            dispatch_ready(lambda: at)
            if order.rounds > 1:
                Pace.objects.update(rests_until=None, probe_until=None)
    except (DatabaseError, ExceptionGroup) as error:  # a database that went away: the next one will see
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def let_in_at_once() -> None:
    from ways.errors import SendError  # as above
    from ways.lanes import Lanes
    from ways.smtp import SmtpTransport

    opened = Lanes.open

    def let_in_and_open(lanes: Lanes) -> "list[SmtpTransport]":
        with suppress(SendError):
            lanes.first.let_in()
        return opened(lanes)

    Lanes.open = let_in_and_open  # type: ignore[assignment,method-assign]


def carry_out(order: Order) -> End:
    if order.wake:
        os.kill(order.wake, signal.SIGCONT)
        return end_of(order.wake)
    if order.here:
        dispatch(order)
        forget_connections()
        return End("done", os.getpid())
    if order.fleet > 1:
        return max((end_of(child) for child in [forked(order) for _ in range(order.fleet)]), key=lambda end: end.how != "done")
    child = forked(order)
    if order.after_ms is not None and signal.sigtimedwait({signal.SIGCHLD}, order.after_ms / 1000) is None:
        os.kill(child, order.signal)
    return end_of(child)


def forget_connections() -> None:
    """Children have each their own."""
    from django.db import connections  # as above

    connections.close_all()


def forked(order: Order) -> int:
    child = os.fork()
    if child == 0:
        os._exit(dispatch(order))
    return child


def end_of(child: int) -> End:
    _, status = os.waitpid(child, os.WUNTRACED)
    signal.sigtimedwait({signal.SIGCHLD}, 0)  # that it has ended is known now
    if os.WIFSTOPPED(status):
        return End("stopped", child)
    if os.WIFSIGNALED(status):
        return End("killed", child)
    return End("failed" if os.WEXITSTATUS(status) else "done", child)


def main() -> None:
    from bench.database import start_django

    start_django()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # waited for, with a time limit
    from notifications.dispatch import send  # noqa: F401  (each child has it already)
    from ways.smtp import SmtpTransport

    impatient = partialmethod(SmtpTransport.__init__, patience=PATIENCE)  # a silent server costs the product twenty seconds each time
    SmtpTransport.__init__ = impatient  # type: ignore[assignment,method-assign]

    for line in sys.stdin:
        print(json.dumps(asdict(carry_out(Order(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
