"""Which conversation a request belongs to: the kind that keeps conversations says whose they are."""

from collections.abc import Callable

from clients.models import Account
from lib.codes import is_code

type IsTopic = Callable[[Account, str], bool]

_checks: list[IsTopic] = []


class OtherTopic(Exception):
    """The conversation is none of the account's: a mistake of ours, for pages drop such a code before."""

    permanent = True


def register_topics(is_topic: IsTopic) -> None:
    """`is_topic` says whether the account has a conversation with that code."""
    if is_topic not in _checks:
        _checks.append(is_topic)


def topic_of(account: Account, code: str) -> str:
    """The code where it is a conversation of the account, else ""."""
    return code if is_code(code) and any(is_topic(account, code) for is_topic in _checks) else ""
