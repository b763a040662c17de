"""Histories in which engine, models and product once differed, or something happened that must never: they stay."""

YEARS: tuple[str, ...] = (
    "y58",  # a first notice in doubt, and once more in hand as somebody was killed: tried again, since it had not left a second time
)
WEEKS: tuple[str, ...] = (
    "w35",  # the same
)
PRODUCT: tuple[str, ...] = ()
