"""Why something is not done with a file; each text is for whoever tried."""


class FileRefused(Exception):
    """The file is not kept; the text says why, and what to do instead."""

    permanent = True


class FileHeld(Exception):
    """The file is part of something that needs it; the text names it."""

    permanent = True


class FolderRefused(Exception):
    """The folder cannot be made, named or deleted so; the text says why."""

    permanent = True
