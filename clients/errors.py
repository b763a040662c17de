"""Why a write about clients is refused."""

from collections.abc import Collection


class LastContact(Exception):
    """An account always has one or more contacts (A05)."""


class OnlyContact(Exception):
    """The person is the only contact of `accounts` that are in use (A05)."""

    def __init__(self, accounts: Collection[str]) -> None:
        super().__init__(", ".join(accounts))
        self.accounts = list(accounts)


class Merged(Exception):
    """The person was merged into another, where they go on."""


class SamePerson(Exception):
    """Nobody is merged with themself."""


class Archived(Exception):
    """Whoever is archived is restored first: a merge would give them back what had been ended."""


class AddressInUse(Exception):
    """Somebody of the firm has this e-mail address already."""


class ViewNameTaken(Exception):
    """The same person has another view of the same list by this name."""


class GroupNameTaken(Exception):
    """Another group of the firm has this name."""


class TagNameTaken(Exception):
    """Another tag of the firm has this name: the two can be merged."""


class FieldNameTaken(Exception):
    """Another custom field of the firm has this name."""


class ReferenceInUse(Exception):
    """Another account of the firm has this reference."""


class StillUsed(Exception):
    """LOGIN or NOTIFY is on for an address of the account, and a supplier has neither (M24)."""


class NoPortal(Exception):
    """LOGIN and NOTIFY are for clients: suppliers have no portal, and nothing is asked of them (M24)."""


class Unlinked(Exception):
    """The address was replaced: all it may still have is LOGIN, until that is switched off (M15)."""
