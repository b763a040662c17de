"""Moving the clock takes seconds: a worker does it while the page shows how far it has come."""

from celery import shared_task

from demo.clock import find_move, make_move


@shared_task(name="demo.move_clock")
def move_clock(move_id: str) -> None:
    """Does nothing for a move that has ended or that another one has replaced."""
    move = find_move(move_id)
    if move and not move.ended:
        make_move(move)
