"""`--firm CODE` of the commands."""

from django.core.management.base import CommandError

from firms.queries import find_firm_id_by_code


def firm_ids_for(code: str | None) -> list[int]:
    """The one firm that was named, or none. Raises `CommandError` for a code that is no firm's."""
    if code is None:
        return []
    firm_id = find_firm_id_by_code(code)
    if firm_id is None:
        raise CommandError(f"No firm has the code {code!r}.")
    return [firm_id]
