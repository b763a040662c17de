"""What can stand in the way of a change to an action."""


class ActionClosed(Exception):
    """What was wanted needs an open request, and this one was closed meanwhile."""

    permanent = True
