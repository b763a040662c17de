"""Walking a firm's hash chain: what is no longer as it was sealed, a sentence each. See docs/activity.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from firms.enums import Verb
from firms.models import ActivityLine, Firm, LogSeal
from firms.queries import activity_of_firm, lines_to_seal
from firms.sealing import BEFORE_THE_FIRST, digest_of_line, digest_of_seal
from tenancy.context import firm_context

SEALS = 50  # read at once
LINES = 5_000  # read at once, unless a single seal has more


@dataclass(frozen=True, slots=True)
class Finding:
    """What to tell the operator; an erased line is told and not wrong."""

    sentence: str
    wrong: bool = True


class Walk:
    """One firm's log from its first seal on. `findings` has to be read to its end; after that the counts are those of the whole log."""

    def __init__(self, firm: Firm, kept: bytes | None = None) -> None:
        self.firm, self.kept = firm, kept
        self.lines = self.seals = self.waiting = self.erased = self.older = 0  # lines and seals that are right, and so on
        self.number, self.head = 0, BEFORE_THE_FIRST  # of the newest seal met so far

    def findings(self) -> Iterator[Finding]:
        kept_is_missing = self.kept is not None
        for group in groups_of_seals(self.firm):
            lines, added = lines_of(self.firm, group)
            yield from (Finding(f"{_says(line)} It was put into seal {number} after that was set.") for number, line in added)
            for seal in group:
                yield from self._check_seal(seal, lines)
                kept_is_missing = kept_is_missing and seal.digest != self.kept
        yield from self._check_waiting()
        yield from self._check_older()
        if kept_is_missing:
            yield Finding("The kept digest is no seal of this log: its end was cut off, or the whole chain was written anew.")

    def _check_seal(self, seal: LogSeal, lines: Mapping[int, ActivityLine]) -> Iterator[Finding]:
        yield from (Finding(f"Seal {number} is missing.") for number in range(self.number + 1, seal.number))
        whole = seal.number == self.number + 1
        previous, self.number, self.head = self.head, seal.number, bytes(seal.digest)
        for pk in seal.line_ids:
            if pk in lines:
                yield from self._check_line(lines[pk], seal)
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

    def _check_line(self, line: ActivityLine, seal: LogSeal) -> Iterator[Finding]:
        findings = list(self._check_words(line))
        if line.seal_id != seal.pk:
            findings.append(Finding(f"{_says(line)} It belongs to seal {seal.number} and was taken out of it."))
        if not findings:
            self.lines += 1
        yield from findings

    def _check_words(self, line: ActivityLine) -> Iterator[Finding]:
        if is_erased(line):
            self.erased += 1
            yield Finding(f"Line {line.pk} was erased; its digest is kept.", wrong=False)
        elif line.salt is None or line.digest is None:
            yield Finding(f"{_says(line)} It was altered: what could prove its words was taken away.")
        elif digest_of_line(line) != line.digest:
            yield Finding(f"{_says(line)} It was altered.")

    def _check_waiting(self) -> Iterator[Finding]:
        after = 0
        while lines := _waiting_lines(self.firm, after):
            after = lines[-1].pk
            self.waiting += len(lines)
            for line in lines:
                yield from self._check_words(line)

    def _check_older(self) -> Iterator[Finding]:
        """Lines without a digest stand before all that have one, or were not written by the product."""
        with firm_context(self.firm.pk):
            lines = activity_of_firm(self.firm).order_by("pk")
            first = lines.filter(digest__isnull=False).values_list("pk", flat=True).first()
            bare = lines.filter(digest=None, seal=None)
            added = list(bare.filter(pk__gt=first)[:LINES]) if first else []
            self.older = bare.count() - len(added)
        yield from (Finding(f"{_says(line)} It has no digest: it was not written by Relance.") for line in added)


def is_erased(line: ActivityLine) -> bool:
    """Salt and words are gone, the digest is kept: nothing is left that could be wrong."""
    words = (line.actor_name, line.subject, line.detail, line.old, line.new, line.ip)
    return line.salt is None and line.digest is not None and not any(words)


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


def _waiting_lines(firm: Firm, after: int) -> list[ActivityLine]:
    with firm_context(firm.pk):
        return list(lines_to_seal(firm.pk).filter(pk__gt=after)[:LINES])


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
