"""System check: each app below kinds/ registers exactly one kind."""

from collections.abc import Sequence

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error

from actions.kinds import all_kinds


def check_kinds(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Finds an app without a kind, and an app with two."""
    errors: list[CheckMessage] = []
    for app in apps.get_app_configs():
        if app.name.startswith("kinds."):
            found = [kind for kind in all_kinds() if kind.staff_view.__module__.startswith(f"{app.name}.")]
            if len(found) != 1:
                errors.append(Error(f"{app.name} registers {len(found)} kinds, not exactly one.", id="actions.E001"))
    return errors
