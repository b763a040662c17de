"""Walking a firm's hash chain: what is no longer as it was sealed, a sentence each. See docs/activity.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from firms.enums import Verb
from firms.models import ActivityLine, Firm, LogSeal
from firms.queries import activity_of_firm, lines_to_seal
from firms.sealing import BEFORE_THE_FIRST, digest_of_line, digest_of_seal
from tenancy.context import firm_context

SEALS = 50  # read at once
LINES = 5_000  # read at once, unless a single seal has more
A_DAY = timedelta(days=1)  # more than any transaction takes, any tick, and any clocks of two machines differ


@dataclass(frozen=True, slots=True)
class Finding:
    """What to tell the operator; what may have an innocent reason is told and not wrong."""

    sentence: str
    wrong: bool = True


class Walk:
    """One firm's log from its first seal on. `findings` has to be read to its end; after that the counts are those of the whole log."""

    def __init__(self, firm: Firm, kept: bytes | None = None) -> None:
        self.firm, self.kept = firm, kept
        self.lines = self.seals = self.waiting = self.older = 0  # lines and seals that are right, and so on
        self.number, self.head = 0, BEFORE_THE_FIRST  # of the newest seal met so far
        self.sealed_at: datetime | None = None  # the same one's

    def findings(self) -> Iterator[Finding]:
        kept_is_missing = self.kept is not None
        for group in groups_of_seals(self.firm):
            lines, added = lines_of(self.firm, group)
            yield from (Finding(f"{_says(line)} It was put into seal {number} after that was set.") for number, line in added)
            for seal in group:
                yield from self._check_seal(seal, lines)
                kept_is_missing = kept_is_missing and seal.digest != self.kept
        yield from self._check_waiting()
        yield from self._check_bare()
        if kept_is_missing:
            yield Finding("The kept digest is no seal of this log: its end was cut off, or the whole chain was written anew.")

    def _check_seal(self, seal: LogSeal, lines: Mapping[int, ActivityLine]) -> Iterator[Finding]:
        yield from (Finding(f"Seal {number} is missing.") for number in range(self.number + 1, seal.number))
        whole = seal.number == self.number + 1
        previous, self.number, self.head = self.head, seal.number, bytes(seal.digest)
        before, self.sealed_at = self.sealed_at, seal.sealed_at
        for pk in seal.line_ids:
            if pk in lines:
                yield from self._check_line(lines[pk], seal, before)
            else:
                yield Finding(f"Line {pk} is missing: it was sealed at {_at(seal.sealed_at)}, in seal {seal.number}.")
                whole = False
        if whole and not fits(seal, previous, [lines[pk] for pk in seal.line_ids]):
            yield Finding(
                f"Seal {seal.number} of {_at(seal.sealed_at)} does not follow from the seal before it and its lines "
                f"({_span(seal.line_ids)}): it was altered, or one of these together with its digest."
            )
        elif whole:
            self.seals += 1
        yield from tell_late(seal, [lines[pk] for pk in seal.line_ids if pk in lines], before)

    def _check_line(self, line: ActivityLine, seal: LogSeal, before: datetime | None) -> Iterator[Finding]:
        findings = list(self._check_words(line))
        if line.seal_id != seal.pk:
            findings.append(Finding(f"{_says(line)} It belongs to seal {seal.number} and was taken out of it."))
        if not findings and may_compare() and (why := why_not_then(line.at, seal.sealed_at, before)):
            findings.append(Finding(f"{_says(line)} {why}"))
        if not findings:
            self.lines += 1
        yield from findings

    def _check_words(self, line: ActivityLine) -> Iterator[Finding]:
        if line.salt is None or line.digest is None:
            yield Finding(f"{_says(line)} It was altered: what could prove its words was taken away.")
        elif digest_of_line(line) != line.digest:
            yield Finding(f"{_says(line)} It was altered.")

    def _check_waiting(self) -> Iterator[Finding]:
        for line in _part_by_part(self.firm, lines_to_seal(self.firm.pk)):
            self.waiting += 1
            yield from self._check_words(line)

    def _check_bare(self) -> Iterator[Finding]:
        older, added = lines_without_digest(self.firm)
        with firm_context(self.firm.pk):
            self.older = older.count()
        for line in _part_by_part(self.firm, added):
            yield Finding(f"{_says(line)} It has no digest: it was not written by Relance.")


def may_compare() -> bool:
    """A seal bears machine time and a line the product's: not in a demo, which moves the latter."""
    return settings.CLOCK_OFFSET_FILE is None


def why_not_then(at: datetime, sealed_at: datetime, before: datetime | None) -> str:
    """Why a line of a seal cannot have been written when it says; empty where it can. `before` is the instant of the seal before."""
    if at > sealed_at + A_DAY:
        return "That is after it was sealed."
    if before is not None and at < before - A_DAY:
        return f"It was written later: it was not there yet at {_at(before)}, when the seal before its own was set."
    return ""


def tell_late(seal: LogSeal, lines: Iterable[ActivityLine], before: datetime | None) -> Iterator[Finding]:
    """Lines that may have waited for their seal, or been written later than they say: nothing tells which."""
    late = [line.pk for line in lines if line.at < seal.sealed_at - A_DAY and not why_not_then(line.at, seal.sealed_at, before)]
    if late and may_compare():
        yield Finding(
            f"Seal {seal.number} of {_at(seal.sealed_at)} holds lines of more than a day before ({_span(late)}): sealing stood still, "
            "or they were written later than they say.",
            wrong=False,
        )


def fits(seal: LogSeal, previous: bytes, lines: Iterable[ActivityLine]) -> bool:
    """By the lines' digests as they are kept, or as they would be: where that alone was altered, the line has been named."""
    lines = list(lines)
    kept = [(line.pk, line.digest or b"") for line in lines]
    anew = [(line.pk, digest_of_line(line) if line.salt else line.digest or b"") for line in lines]
    return seal.digest in {digest_of_seal(previous, seal.number, seal.sealed_at, pairs) for pairs in (kept, anew)}


# --- Reading: a part at a time, each in a short transaction ------------------------------------------------------------


def groups_of_seals(firm: Firm) -> Iterator[list[LogSeal]]:
    """All seals in their order, in groups that have at most `LINES` lines together."""
    after = -1
    while seals := _seals_after(firm, after):
        after = seals[-1].number
        group: list[LogSeal] = []
        for seal in seals:
            if group and sum(len(each.line_ids) for each in [*group, seal]) > LINES:
                yield group
                group = []
            group.append(seal)
        yield group


def _seals_after(firm: Firm, number: int) -> list[LogSeal]:
    with firm_context(firm.pk):
        return list(LogSeal.objects.filter(firm=firm, number__gt=number).order_by("number")[:SEALS])


def lines_of(firm: Firm, seals: list[LogSeal]) -> tuple[Mapping[int, ActivityLine], list[tuple[int, ActivityLine]]]:
    """The lines that were sealed, by id; and those that bear a seal without having been sealed by it, each with its number."""
    numbers = {seal.pk: seal.number for seal in seals}
    sealed = {(seal.pk, pk) for seal in seals for pk in seal.line_ids}
    with firm_context(firm.pk):
        lines = activity_of_firm(firm).order_by("pk")
        added = set(lines.filter(seal__in=seals).values_list("seal", "pk")) - sealed
        put_in = [(numbers[line.seal_id or 0], line) for line in lines.filter(pk__in=[pk for _, pk in added])] if added else []
        return lines.in_bulk([pk for _, pk in sealed]), put_in


def lines_without_digest(firm: Firm) -> tuple[QuerySet[ActivityLine], QuerySet[ActivityLine]]:
    """Those from before the log was sealed, and those that the product has not written.

    A firm whose very creation has a digest has none of the former; in an older firm they stand before all lines that have one.
    """
    with firm_context(firm.pk):
        lines = activity_of_firm(firm)
        bare, proven = lines.filter(digest=None, seal=None), lines.filter(digest__isnull=False)
        if proven.filter(verb=Verb.FIRM_CREATED).exists():
            return bare.none(), bare
        first = proven.order_by("pk").values_list("pk", flat=True).first()
    return (bare, bare.none()) if first is None else (bare.filter(pk__lt=first), bare.filter(pk__gt=first))


def _part_by_part(firm: Firm, lines: QuerySet[ActivityLine]) -> Iterator[ActivityLine]:
    """In ascending order."""
    lines = lines.order_by("pk")
    part = _first_part(firm, lines)
    while part:
        yield from part
        part = _first_part(firm, lines.filter(pk__gt=part[-1].pk))


def _first_part(firm: Firm, lines: QuerySet[ActivityLine]) -> list[ActivityLine]:
    with firm_context(firm.pk):
        return list(lines[:LINES])


# --- Words -------------------------------------------------------------------------------------------------------------


def _says(line: ActivityLine) -> str:
    """What a line says now; signs that could move an operator's cursor are not shown."""
    change = f" (“{line.old}” → “{line.new}”)" if line.old or line.new else ""
    done = line.sentence if line.verb in Verb else f"{line.verb} {line.subject} {line.detail}"
    said = f"{line.actor_name} {done}{change}"
    return f"Line {line.pk} of {_at(line.at)} now says: “{''.join(sign if sign.isprintable() else '�' for sign in said)}”."


def _at(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _span(ids: list[int]) -> str:
    return f"{len(ids)}, {min(ids)} to {max(ids)}" if ids else "none"
