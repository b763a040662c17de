"""The activity lines of one act on one account."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import Account
from firms.actors import Actor
from firms.changes import Change, Text
from firms.enums import Verb
from firms.services import write_activity


@dataclass(frozen=True, slots=True)
class AccountLog:
    """Writes in the caller's transaction."""

    account: Account
    by: Actor
    now: datetime

    def line(self, verb: Verb, *, subject: str = "", detail: Text = "", old: Text = "", new: Text = "") -> None:
        write_activity(
            firm=self.account.firm,
            by=self.by,
            verb=verb,
            now=self.now,
            account_id=self.account.pk,
            subject=subject,
            detail=detail,
            old=old,
            new=new,
        )

    def changed(self, verb: Verb, subject: str, changes: list[Change]) -> None:
        for change in changes:
            self.line(verb, subject=subject, detail=change.label, old=change.old, new=change.new)
