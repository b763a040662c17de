"""From what goes in one message to its e-mail: of one notice its own, of several requests one that lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import translation

from actions.kinds import get_kind
from firms.models import Firm
from notifications.beside import Beside, beside
from notifications.models import Notice
from notifications.pages import page_url
from notifications.rendering import asked_on, brand_for, days_of, envelope_of, language_of, opening_values, render_notice, slot_values
from notifications.rows import counts
from notifications.secrets import item_url
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.render import Rendered, render

SHARED = ("account", "context", "context_by")  # said once, where it is the same of all
NAMED_IN_A_NOTE = 3


def bundle_key(first_key: str) -> str:
    """What the Message-ID of several is made from: not the first one's own, which it may need yet when it goes alone."""
    return f"several:{first_key}"


def render_message(firm: Firm, notices: Sequence[Notice], now: datetime, *, masked: bool = False, known: Beside | None = None) -> Rendered:
    """The notices come with what is `SHOWN`; `masked` as of `render_notice`; `known` where it is read already. Raises CannotRender."""
    known = known or beside(firm, notices)
    if len(notices) == 1:
        return render_notice(firm, notices[0], known, now, masked=masked)
    return render_several(firm, notices, known, now, masked=masked)


def render_several(firm: Firm, notices: Sequence[Notice], known: Beside, now: datetime, *, masked: bool = False) -> Rendered:
    """One e-mail that lists requests, each with a link of its own; in a copy they open nothing (M6).

    A bundle holds reminders or none; one of them says so from its subject on, and of each item which one it is.
    """
    told = [notice.copy_of or notice for notice in notices]
    event = EmailEvent.SEVERAL_REMINDERS if all(each.number for each in told) else EmailEvent.SEVERAL_REQUESTS
    values = shared_values(told)
    language = language_of(values, firm)
    accounts = {} if values["account"] else _names_of_accounts(told)
    with translation.override(language):
        rows = [_row(each, days_of(values, firm, now), accounts.get(each.account_id, "")) for each in told]
    links = [link_of(firm, notice, masked=masked) for notice in notices]
    return render(
        event=event,
        language=language,
        brand=brand_for(firm, told[0], known),
        envelope=_envelope(firm, notices, known, values, now, masked=masked),
        values={**slot_values(values, firm, now), **counts(rows), **opening_values(firm, notices[0], known, masked=masked)},
        rows=[{**row, "ITEM_URL": link} for row, link in zip(rows, links, strict=True)],
    )


def shared_values(told: Sequence[Notice]) -> dict[str, Any]:
    """The first one's raw values, without what differs among them."""
    first = told[0].values
    differs = [name for name in SHARED if any(each.values.get(name) != first.get(name) for each in told)]
    return {**first, **dict.fromkeys(differs, ""), "rows": ()}


def _names_of_accounts(told: Sequence[Notice]) -> Mapping[int | None, str]:
    """Of several: one that was written while its reader had no other account does not say its own."""
    several = len({each.account_id for each in told}) > 1
    return {each.account_id: each.values.get("account") or (each.account.name if several and each.account else "") for each in told}


def link_of(firm: Firm, notice: Notice, *, masked: bool = False) -> str:
    return page_url("copy_of_link") if masked or notice.copy_of_id else item_url(firm.pk, notice.key)


def _row(notice: Notice, say_day: Callable[[str], str], account: str) -> dict[str, str]:
    """A request in the reader's language. Raises `ValueError` for a notice that is about none."""
    if notice.action is None:
        raise ValueError(f"{notice.key} is about no request.")
    kind, values = get_kind(notice.action.kind), notice.values
    return {
        "ITEM_KIND": str(kind.noun),
        "ITEM_ACCOUNT": account,
        "ITEM_ASKED_ON": say_day(asked_on(values)),
        "ITEM": values["title"],
        "ITEM_DUE_ON": say_day(values.get("due_on", "")),
        "ITEM_NOTE": _note(values),
        "ITEM_NUMBER": str(notice.number),
        "ITEM_OF": values.get("of", ""),
        "ITEM_ACT": str(kind.act),
    }


def _note(values: Mapping[str, Any]) -> str:
    """What its own e-mail would list, where that says more than its title."""
    items = [row["ITEM"] for row in values.get("rows", ()) if row.get("ITEM") and row["ITEM"] != values["title"]]
    return ", ".join(items[:NAMED_IN_A_NOTE]) + (", …" if len(items) > NAMED_IN_A_NOTE else "")


def _envelope(firm: Firm, notices: Sequence[Notice], known: Beside, values: Mapping[str, Any], now: datetime, *, masked: bool) -> Envelope:
    """Reminders stand in the threads of the first e-mails about each, that of the first request last; repetitions in none.

    It is switched off with one click only where all of it stands under one preference of one account.
    """
    envelope, account = envelope_of(firm, notices[0], known, now, masked=masked), values["account"]
    told = [notice.copy_of or notice for notice in notices]
    preferences = {(each.account_id, get_kind(each.action.kind).preference) for each in told if each.action}
    return replace(
        envelope,
        from_name=f"{firm.name} - {account}" if account else firm.name,
        references=tuple(dict.fromkeys(filter(None, map(known.thread_of, reversed(notices))))) if told[0].number else (),
        unsubscribe_url=envelope.unsubscribe_url if len(preferences) == 1 else None,
    )
