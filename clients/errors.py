"""Why a write about clients is refused."""


class LastContact(Exception):
    """An account always has one or more contacts (A05)."""


class AddressInUse(Exception):
    """Somebody of the firm has this e-mail address already."""


class ViewNameTaken(Exception):
    """The same person has another view of the same list by this name."""


class ReferenceInUse(Exception):
    """Another account of the firm has this reference."""


class StillUsed(Exception):
    """LOGIN or NOTIFY is on for an address of the account, and a supplier has neither (M24)."""


class NoPortal(Exception):
    """LOGIN and NOTIFY are for clients: suppliers have no portal, and nothing is asked of them (M24)."""


class Unlinked(Exception):
    """The address was replaced: all it may still have is LOGIN, until that is switched off (M15)."""
