"""What is decided for an address, and why. Without Django: decisions speak of it; what people read stands in `notifications.enums`."""

from enum import StrEnum


class Verdict(StrEnum):
    SEND = "send"
    HOLD = "hold"
    SKIP = "skip"


class Reason(StrEnum):
    NOTIFY_ON = "notify_on"
    NAMED = "named"
    ASKED_FOR_IT = "asked_for_it"
    COPY = "copy"
    MAIL_HELD = "mail_held"
    FIRM_PAUSED = "firm_paused"
    ACCOUNT_PAUSED = "account_paused"
    CONTACT_PAUSED = "contact_paused"
    ACTION_PAUSED = "action_paused"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED_DAY = "closed_day"
    CAPPED = "capped"
    CATCHING_UP = "catching_up"
    GATHERING = "gathering"
    TOLD_TODAY = "told_today"
    NOTIFY_OFF = "notify_off"
    PREFERENCE_OFF = "preference_off"
    NOT_NAMED = "not_named"
    HAS_DONE = "has_done"
    SUPPRESSED = "suppressed"
    CONTACT_ARCHIVED = "contact_archived"
    UNLINKED = "unlinked"
    ACTION_CLOSED = "action_closed"
    REMINDERS_OFF = "reminders_off"
    COPIES_OFF = "copies_off"
    OUT_OF_DATE = "out_of_date"
    SUPERSEDED = "superseded"
    TOO_LATE = "too_late"
    LEFT_OUT = "left_out"
    CALLED_OFF = "called_off"
