from enum import StrEnum


class EmailEvent(StrEnum):
    """What an e-mail is about; the name of its folder under events/."""

    SIGNATURE_REQUESTED = "signature_requested"
    SIGNATURE_REMINDER = "signature_reminder"
    ACT_CODE = "act_code"
    PASSWORD_RESET = "password_reset"
    STAFF_INVITATION = "staff_invitation"
    FIRM_CHANGED = "firm_changed"

    @property
    def may_be_muted(self) -> bool:
        """Whether its reader may choose not to receive it. Codes, passwords and team mail are what nobody can do without."""
        return self in (EmailEvent.SIGNATURE_REQUESTED, EmailEvent.SIGNATURE_REMINDER)

    @property
    def is_team_mail(self) -> bool:
        """Whether it goes to the firm's own people alone, in the product's look."""
        return self in (EmailEvent.STAFF_INVITATION, EmailEvent.FIRM_CHANGED)


class Kind(StrEnum):
    """What a value is, and therefore how it is made safe in each part of a message."""

    LINE = "line"  # one line of plain text
    LINES = "lines"  # plain text with line breaks
    LINK = "link"  # an absolute http or https address
    COLOR = "color"  # "#rrggbb"
    SIZE = "size"  # a number of CSS pixels
    SWITCH = "switch"  # only asked in [[if …]], never shown


class Trust(StrEnum):
    """Who wrote a value. Everything is escaped alike; this says what to attack in tests and what to mask in copies."""

    OURS = "ours"
    TYPED = "typed"
    SECRET = "secret"  # personal link or code: not stored, not shown to staff


class Giver(StrEnum):
    CALLER = "caller"
    BRAND = "brand"
    SOCIALS = "socials"  # the brand, once for each network
    RENDER = "render"  # made on the way: the subject stands in the HTML too
