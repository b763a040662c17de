"""The logo of a firm. Reading an uploaded one takes Pillow, which nobody else need load (firms/logo_reading.py)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG and its size in pixels."""

    content: bytes
    width: int
    height: int
