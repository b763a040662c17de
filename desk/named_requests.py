"""Requests that stand in the way of something done to a person, in the words of whoever reads: nothing of what is out of sight."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.models import Action
from firms.doors import powers
from firms.models import Staff
from firms.rules import sees_account


def requests_in_sight(staff: Staff, actions: Iterable[Action]) -> list[Action]:
    """Those of accounts that this member of staff sees; their accounts are read already."""
    return [each for each in actions if sees_account(powers(staff), each.account.manager_id)]


def requests_in_words(staff: Staff, actions: Sequence[Action]) -> str:
    """Each by its title and account; those out of sight are counted."""
    seen = requests_in_sight(staff, actions)
    words = [f"“{each.title}” ({each.account.name})" for each in seen]
    hidden = len(actions) - len(seen)
    if hidden:
        text = ngettext("a request in an account that you do not see", "%(count)s requests in accounts that you do not see", hidden)
        words.append(text % {"count": hidden})
    return ", ".join(words)


def named_both(staff: Staff, action: Action) -> str:
    """Why two people whom one open request names are not merged, and what to do."""
    if not requests_in_sight(staff, [action]):
        return _(
            "Nothing can be merged while an open request in an account that you do not see names both. Ask somebody who sees it to "
            "withdraw it, or wait until it is done."
        )
    said = _("Nothing can be merged while the open request “%(title)s” (%(account)s) names both. Withdraw it, or wait until it is done.")
    return said % {"title": action.title, "account": action.account.name}
