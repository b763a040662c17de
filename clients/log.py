"""The activity lines of one act on an account, or on several at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clients.models import Account
from firms.actors import Actor
from firms.changes import Change, Text
from firms.enums import Verb
from firms.models import ActivityLine
from firms.services import activity_line, write_activity


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

    def line_in_each(self, accounts: Collection[int], verb: Verb, *, subject: str, detail: Text, old: Text = "", new: Text = "") -> None:
        """The same line in this account and in others by their ids, in one statement."""
        ActivityLine.objects.bulk_create(
            activity_line(
                firm=self.account.firm, by=self.by, verb=verb, now=self.now, account_id=account,
                subject=subject, detail=detail, old=old, new=new,
            )
            for account in sorted({self.account.pk, *accounts})
        )  # fmt: skip

    def changed(self, verb: Verb, subject: str, changes: list[Change]) -> None:
        for change in changes:
            self.line(verb, subject=subject, detail=change.label, old=change.old, new=change.new)
