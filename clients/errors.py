"""Why a write about clients is refused."""


class LastContact(Exception):
    """An account always has one or more contacts (A05)."""


class AddressInUse(Exception):
    """Somebody of the firm has this e-mail address already."""


class ReferenceInUse(Exception):
    """Another account of the firm has this reference."""


class NoPortal(Exception):
    """LOGIN is for clients: suppliers have no portal (M24)."""


class Unlinked(Exception):
    """The address was replaced: all it may still have is LOGIN, until that is switched off (M15)."""
