"""The day on which something is due, where it follows from what the kind itself knows."""

from datetime import date

from actions.models import Action


def follow_due(*, action: Action, due_on: date | None) -> None:
    """Of an action that its kind has locked (`lock_open`); what changed the day has written the activity line."""
    if action.due_on != due_on:
        action.due_on = due_on
        action.save(update_fields=["due_on"])
