"""What can stand in the way of a change to a list of tasks; each text is for whoever tried."""


class ListRefused(Exception):
    """The list cannot be like this; the text says why, and what to do instead."""

    permanent = True
