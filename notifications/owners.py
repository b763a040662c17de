"""What the owners of a firm are told of: who receives copies and answers, and who may do what (A01: an audience of its own)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from firms.actors import Actor
from firms.changes import Change
from firms.models import Firm, Staff
from firms.queries import owners_of
from firms.services import change_firm
from lib.codes import new_code
from notifications.enums import Audience
from notifications.services import notify_user
from templates_email.enums import EmailEvent

# Columns of Firm that the owners are told of, and the name of the URL where each can be undone.
TOLD = {
    **dict.fromkeys(("reply_to", "copy_on", "copy_to"), "settings_firm"),
    "require_mfa": "settings_security",
    "keep_months": "settings_sending",
}


@transaction.atomic
def change_settings(*, firm: Firm, by: Actor, now: datetime, **values: object) -> list[Change]:
    """As `firms.services.change_firm`; the owners are told of what is in `TOLD`."""
    changes = change_firm(firm=firm, by=by, now=now, **values)
    told = [change for change in changes if change.field in TOLD]
    if told:
        tell_owners(firm=firm, by=by, changes=told, now=now, page=TOLD[told[0].field])
    return changes


@transaction.atomic
def tell_owners(
    *, firm: Firm, by: Actor, changes: Sequence[Change], now: datetime, page: str = "team", before: Iterable[Staff] = ()
) -> None:
    """One e-mail to each owner in their own language, whoever of them made the change; none without changes.

    `page` is the name of the URL where it can be undone; `before` are who owned the firm until then, and are told too.
    """
    if not changes:
        return
    act = new_code()
    for owner in {each.pk: each for each in [*before, *owners_of(firm)]}.values():
        language = owner.language or firm.language
        with translation.override(language):
            rows = [{"WHAT": str(change.label), "OLD": str(change.old), "NEW": str(change.new)} for change in changes]
        notify_user(
            firm=firm,
            user=owner.user,
            event=EmailEvent.FIRM_CHANGED,
            key=f"{EmailEvent.FIRM_CHANGED}:{act}:{owner.pk}",
            now=now,
            audience=Audience.OWNER,
            values={
                "who": by.name,
                "changed_on": now.isoformat(),
                "rows": rows,
                "page": page,
                "language": language,
                "zone": firm.time_zone,
            },
        )
