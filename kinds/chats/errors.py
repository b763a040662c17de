"""Why a message is not taken; each text is for whoever wrote it."""


class ThreadArchived(Exception):
    """The conversation was put away: it is read only."""

    permanent = True


class NobodyLeft(Exception):
    """Whoever was named in the conversation belongs to the account no more: staff choose anew who is told."""

    permanent = True


class AnsweredMeanwhile(Exception):
    """Whoever came by a link may answer while an answer is owed: it was given, or the request was closed."""

    permanent = True
