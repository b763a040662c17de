"""What a kind adds of its own to the words that every kind is asked with (`reminders/words.py`), and why it cannot be asked."""

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]  # the kind's own fields as JSON: a batch and a template keep it


class AskRefused(Exception):
    """It cannot be asked like this; the text says why, to whoever asks."""

    permanent = True
