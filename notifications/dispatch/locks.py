"""Locks on what decides about messages, against any act until the claim has committed."""

from collections.abc import Collection, Sequence

from django.db import connection

from firms.models import Firm
from notifications.enums import Priority
from notifications.models import Notice

# SHARE, not KEY SHARE: it must keep an act from committing until the claim has.
ACTIONS = "SELECT id FROM actions_action WHERE firm_id = %s AND id = ANY(%s) ORDER BY id FOR SHARE SKIP LOCKED"
# Two that send reminders to one address take turns: each counts what the other has sent (X08).
REMINDED = "SELECT id FROM clients_address WHERE firm_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
TOLD = "SELECT id FROM clients_address WHERE firm_id = %s AND id = ANY(%s) ORDER BY id FOR SHARE SKIP LOCKED"


def lock_what_decides(firm: Firm, groups: Sequence[Sequence[Notice]]) -> list[Sequence[Notice]]:
    """The groups whose requests and addresses are locked now; where somebody holds one of them, the next round will see.

    At most three queries. Nobody is waited for.
    """
    notices = [notice for group in groups for notice in group]
    reminded = {notice.address_id for notice in notices if notice.address_id and notice.priority == Priority.REMINDER}
    told = {notice.address_id for notice in notices if notice.address_id} - reminded
    actions = _locked(ACTIONS, firm, {notice.action_id for notice in notices if notice.action_id})
    addresses = _locked(REMINDED, firm, reminded) | _locked(TOLD, firm, told)
    return [group for group in groups if all(_is_free(notice, actions, addresses) for notice in group)]


def _is_free(notice: Notice, actions: Collection[int], addresses: Collection[int]) -> bool:
    return (notice.action_id is None or notice.action_id in actions) and (notice.address_id is None or notice.address_id in addresses)


def _locked(query: str, firm: Firm, ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(query, [firm.pk, list(ids)])
        return {pk for (pk,) in cursor.fetchall()}
