"""Why reminders end. Without Django: decisions speak of it; what people read stands in `actions.enums`."""

from enum import StrEnum


class Stop(StrEnum):
    COUNT_REACHED = "count_reached"
    SWITCHED_OFF = "switched_off"
    NOBODY = "nobody"
    DONE = "done"
    SIGNED = "signed"
    ANSWERED = "answered"
    SUBMITTED = "submitted"
    PAID = "paid"
    NOTHING_ASKED = "nothing_asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
