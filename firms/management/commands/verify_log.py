"""`manage.py verify_log [--firm CODE] [--expect DIGEST]`: names what of the activity log is no longer as it was sealed."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from firms.models import Firm
from firms.queries import find_firm_id_by_code, list_firm_ids
from firms.verifying import Walk
from tenancy.context import firm_context


class Command(BaseCommand):
    help = "Checks every line of the activity log against its digest and every seal against the one before. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--firm", metavar="CODE", help="this firm alone; its code stands before its name in what is printed")
        parser.add_argument("--expect", metavar="DIGEST", help="a head printed earlier and kept elsewhere: it must be on the chain")

    def handle(self, *args: object, firm: str | None, expect: str | None, **options: object) -> None:
        kept = digest_of(expect, firm)
        wrong = sum(self._verify(firm_of(firm_id), kept) for firm_id in firm_ids(firm))
        if wrong:
            raise CommandError("1 thing is wrong; it is named above." if wrong == 1 else f"{wrong} things are wrong; each is named above.")
        self.stdout.write("Nothing was altered.")

    def _verify(self, firm: Firm, kept: bytes | None) -> int:
        """Prints what is found in one firm; the number of things that are wrong."""
        walk, wrong = Walk(firm, kept), 0
        self.stdout.write(f"{firm.code} {firm.name}")
        for finding in walk.findings():
            wrong += finding.wrong
            self.stdout.write(f"  {finding.sentence}")
        self.stdout.write(
            f"  Right: {walk.lines} lines in {walk.seals} seals. "
            f"Waiting for a seal: {walk.waiting}. From before the log was sealed: {walk.older}."
        )
        self.stdout.write(f"  Head: seal {walk.number}, {walk.head.hex()}" if walk.number else "  Head: no seal so far")
        return wrong


def firm_ids(code: str | None) -> list[int]:
    if code is None:
        return list_firm_ids()
    firm_id = find_firm_id_by_code(code)
    if firm_id is None:
        raise CommandError(f"There is no firm {code!r}; without --firm each firm is checked, and its code is printed.")
    return [firm_id]


def firm_of(firm_id: int) -> Firm:
    with firm_context(firm_id):
        return Firm.objects.get(pk=firm_id)


def digest_of(text: str | None, firm: str | None) -> bytes | None:
    """Raises `CommandError` for what is no digest, and where nobody said whose it is."""
    if text is None:
        return None
    if firm is None:
        raise CommandError("Each firm has a head of its own: say with --firm whose this is.")
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise CommandError("A digest has 64 signs of 0-9 and a-f; copy the whole of it from the line “Head”.")
    return digest
