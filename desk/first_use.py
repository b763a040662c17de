"""The start page before anything was asked: the three steps to a first reminder."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from actions.kinds import Kind


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`url` is empty where the reader may not take the step, or not yet; `note` then says why."""

    title: str
    text: str
    done: bool
    icon: str
    button: str
    url: str
    note: str = ""
    primary: bool = False


def first_steps(*, has_accounts: bool, may_import: bool, may_add: bool, kinds: Sequence[Kind]) -> list[FirstStep]:
    """One of them is primary: the list while there is no account, then the first request. `kinds` may be asked for."""
    return [import_step(has_accounts, may_import), account_step(has_accounts, may_add), request_step(has_accounts, kinds)]


def import_step(has_accounts: bool, may_import: bool) -> FirstStep:
    return FirstStep(
        _("Import your client list"),
        _("A CSV or Excel file as your software exports it. You see what each row will do before anything is written; no e-mail leaves."),
        done=has_accounts,
        icon="upload",
        button=_("Import a list (CSV, Excel)"),
        url=reverse("import_new") if may_import else "",
        primary=not has_accounts,
    )


def account_step(has_accounts: bool, may_add: bool) -> FirstStep:
    return FirstStep(
        _("Or add an account by hand"),
        _("A person, a family or a company, the people behind it, and who of them is notified."),
        done=has_accounts,
        icon="plus",
        button=_("New account"),
        url=reverse("account_new") if may_add else "",
    )


def request_step(has_accounts: bool, kinds: Sequence[Kind]) -> FirstStep:
    return FirstStep(
        _("Ask for something"),
        _("A signature, documents, an approval: choose what, and of whom. The client is told at once, and reminded until it is done."),
        done=False,
        icon="send",
        button=_("New request"),
        url=reverse("ask_start") if has_accounts and kinds else "",
        note="" if has_accounts else _("once there is an account"),
        primary=has_accounts,
    )
