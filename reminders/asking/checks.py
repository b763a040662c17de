"""System check: each kind says how it is asked."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from actions.kinds import all_kinds
from reminders.asking.registry import find_asking


def check_askings(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Finds a kind that nobody can ask for."""
    silent = [kind.key for kind in all_kinds() if find_asking(kind.key) is None]
    return [Error(f"{key}: no Asking is registered, so that nobody can ask for it.", id="reminders.E001") for key in silent]
