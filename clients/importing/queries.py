"""Reads about imports. Whoever asks, or the firm, stands first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from clients.importing.custom import Custom
from clients.importing.enums import Field, ImportState, RemovalOutcome, Severity, Verdict
from clients.importing.mapping import Mapping, from_stored, key_of
from clients.importing.models import ClientImport, ImportRemoval, ImportRow
from clients.models import AccountAddress
from clients.names import email_key
from firms.doors import powers
from firms.enums import Right
from firms.models import Firm, Staff
from firms.rules import has_right, sees_all_accounts

TO_CORRECT = (Severity.ERROR, Severity.WARNING)


def may_import(staff: Staff) -> bool:
    """A list touches any account of the firm and shows what is there now: so both rights are needed (C04, M30)."""
    return has_right(powers(staff), Right.MANAGE_ACCOUNTS) and sees_all_accounts(powers(staff))


def require_import(staff: Staff) -> None:
    if not may_import(staff):
        raise PermissionDenied


def imports_of(firm: Firm) -> QuerySet[ClientImport]:
    return ClientImport.objects.filter(firm=firm)


def get_import_for(staff: Staff, code: str) -> ClientImport:
    """404 for another firm's, 403 for a colleague who may not import."""
    require_import(staff)
    return get_object_or_404(imports_of(staff.firm).select_related("firm", "created_by"), code=code)


def find_remembered_mapping(firm: Firm, headings: Sequence[str], customs: Sequence[Custom]) -> Mapping | None:
    """How the firm matched these headings last."""
    matched = imports_of(firm).filter(headings_key=key_of(headings)).exclude(state=ImportState.MATCHING)
    stored = matched.order_by("-created_at", "-id").values_list("mapping", flat=True).first()
    return None if stored is None else from_stored(stored, customs)


def is_remembered(client_import: ClientImport) -> bool:
    earlier = imports_of(client_import.firm).filter(headings_key=client_import.headings_key, pk__lt=client_import.pk)
    return earlier.exclude(state=ImportState.MATCHING).exists()


@dataclass(frozen=True, slots=True)
class Counts:
    new: int
    changed: int
    same: int
    refused: int
    to_correct: int

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same + self.refused

    @property
    def differing(self) -> int:
        return self.total - self.same

    @property
    def to_write(self) -> int:
        return self.new + self.changed


def count_rows(client_import: ClientImport) -> Counts:
    """One query."""
    verdicts = {verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict}
    found = rows_of(client_import).aggregate(**verdicts, to_correct=Count("pk", filter=Q(severity__in=TO_CORRECT)))
    return Counts(**found)


def rows_of(client_import: ClientImport) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(firm=client_import.firm_id, client_import=client_import)


def rows_to_correct(client_import: ClientImport) -> QuerySet[ImportRow]:
    """Rows of which all or a cell is left out."""
    return rows_of(client_import).filter(severity__in=TO_CORRECT)


def count_pending_logins(client_import: ClientImport) -> int:
    """People to whom the list gave LOGIN and who cannot sign in yet; two queries."""
    told = rows_of(client_import).filter(changes__contains=[{"what": Field.LOGIN.value, "new": "on"}]).values_list("changes", flat=True)
    emails = {email_key(each["whose"]) for changes in told for each in changes if each["what"] == Field.LOGIN and each["new"] == "on"}
    uses = AccountAddress.objects.filter(firm=client_import.firm_id, address__email_key__in=emails, login=True, account__archived_at=None)
    pending = uses.filter(address__contact__archived_at=None).exclude(address__user__is_active=True)
    return pending.order_by().values("address__contact").distinct().count()


def removals_of(client_import: ClientImport) -> QuerySet[ImportRemoval]:
    """What the list proposes to take away, in its order."""
    return ImportRemoval.objects.filter(firm=client_import.firm_id, client_import=client_import)


def count_removed(client_import: ClientImport) -> int:
    return removals_of(client_import).filter(outcome=RemovalOutcome.DONE).count()


def list_firms_with_waiting_imports() -> list[int]:
    """Across firms: ids alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_waiting_imports()")
        return [int(row[0]) for row in cursor.fetchall()]
