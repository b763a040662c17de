"""System checks: each app below kinds/ registers exactly one kind, and the names it gives are there."""

from collections.abc import Sequence

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse

from actions.kinds import Kind, all_kinds


def check_kinds(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Finds an app without a kind, an app with two, and a kind whose page for asking has no address."""
    errors: list[CheckMessage] = []
    for app in apps.get_app_configs():
        if app.name.startswith("kinds."):
            found = [kind for kind in all_kinds() if kind.staff_view.__module__.startswith(f"{app.name}.")]
            if len(found) != 1:
                errors.append(Error(f"{app.name} registers {len(found)} kinds, not exactly one.", id="actions.E001"))
            errors += [
                Error(f"{kind.key}: no address is called {kind.new_url!r}.", id="actions.E002") for kind in found if not _is_address(kind)
            ]
    return errors


def _is_address(kind: Kind) -> bool:
    try:
        reverse(kind.new_url)
    except NoReverseMatch:
        return False
    return True
