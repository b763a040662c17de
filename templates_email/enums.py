from enum import StrEnum
from typing import Self


class Standing(StrEnum):
    """Whom an e-mail is for, and whether its reader can do without it."""

    CHOSEN = "chosen"  # for clients, who may choose not to receive it
    NEEDED = "needed"  # for clients, who cannot do without it
    LOGIN = "login"  # about how somebody signs in: for clients, and for staff who need the same
    TEAM = "team"  # for the firm's own people alone, in the product's look


class EmailEvent(StrEnum):
    """What an e-mail is about; the name of its folder under events/."""

    SIGNATURE_REQUESTED = "signature_requested", Standing.CHOSEN
    SIGNATURE_REMINDER = "signature_reminder", Standing.CHOSEN
    DOCUMENTS_REQUESTED = "documents_requested", Standing.CHOSEN
    DOCUMENTS_REMINDER = "documents_reminder", Standing.CHOSEN
    DOCUMENTS_UPLOADED = "documents_uploaded", Standing.CHOSEN
    APPROVAL_REQUESTED = "approval_requested", Standing.CHOSEN
    APPROVAL_REMINDER = "approval_reminder", Standing.CHOSEN
    CHAT_MESSAGE = "chat_message", Standing.CHOSEN
    CHAT_REMINDER = "chat_reminder", Standing.CHOSEN
    TASKS_REQUESTED = "tasks_requested", Standing.CHOSEN
    TASKS_REMINDER = "tasks_reminder", Standing.CHOSEN
    SEVERAL_REQUESTS = "several_requests", Standing.CHOSEN  # what goes to somebody under one bundle
    SEVERAL_REMINDERS = "several_reminders", Standing.CHOSEN  # the same of reminders alone
    ACT_CODE = "act_code", Standing.NEEDED
    PASSWORD_RESET = "password_reset", Standing.LOGIN
    CLIENT_INVITATION = "client_invitation", Standing.LOGIN
    SIGN_IN_CODE = "sign_in_code", Standing.LOGIN
    STAFF_INVITATION = "staff_invitation", Standing.TEAM
    FIRM_CHANGED = "firm_changed", Standing.TEAM
    DOCUMENTS_COMPLETE = "documents_complete", Standing.TEAM
    WAY_TEST = "way_test", Standing.TEAM

    standing: Standing

    def __new__(cls, name: str, standing: Standing = Standing.NEEDED) -> Self:  # without it an event is looked up: EmailEvent("act_code")
        event = str.__new__(cls, name)
        event._value_, event.standing = name, standing
        return event

    @property
    def may_be_muted(self) -> bool:
        return self.standing == Standing.CHOSEN

    @property
    def has_banner(self) -> bool:
        """While its reader's access is not active, it says so at its top and how to activate it (C35)."""
        return self.standing in (Standing.CHOSEN, Standing.NEEDED)

    @property
    def is_team_mail(self) -> bool:
        return self.standing == Standing.TEAM


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
