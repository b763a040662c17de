"""Turning a broken constraint into the refusal that it means."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction


@contextmanager
def refusing(constraint: str, refused: type[Exception]) -> Iterator[None]:
    """Raises `refused` where PostgreSQL finds `constraint` broken; the transaction around goes on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = error.__cause__
        if not isinstance(broken, psycopg.Error) or broken.diag.constraint_name != constraint:
            raise
        raise refused from error
