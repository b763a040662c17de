"""Rows that stayed out, in whole or in part, as a file to correct and import again; and a list to begin with."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from clients.importing.custom import Custom
from clients.importing.models import ImportRow
from clients.importing.presenting import heading_of, show_problem
from clients.importing.problems import Problem
from clients.importing.values import phone_of
from lib.tables import as_csv


def rows_as_csv(rows: Iterable[ImportRow], headings: Sequence[str]) -> bytes:
    """As they stood, with their number and what is wrong; UTF-8 with a mark, so that Excel reads the accents."""
    lines = [[*(row.cells + [""] * (len(headings) - len(row.cells))), row.number, _reasons(row, headings)] for row in rows]
    head = [*(heading_of(headings, column) for column in range(len(headings))), _("Row"), _("What is wrong")]
    return as_csv([head, *lines], spared=is_phone)


def _reasons(row: ImportRow, headings: Sequence[str]) -> str:
    shown = [show_problem(Problem.from_stored(stored), headings) for stored in row.problems]
    return " ".join(f"{each.column}: {each.why}" if each.column else each.why for each in shown)


def is_phone(cell: str) -> bool:
    """A number that begins with "+" is no formula, and must come back as it was when the list is imported again."""
    return phone_of(cell) is not None


def sample_list(customs: Sequence[Custom] = ()) -> bytes:
    """A list as it could look: three rows, two accounts, every column; those of the firm's custom fields are empty."""
    headings = [
        _("Ref."), _("Account name"), _("Kind"), _("Client or supplier"), _("First name"), _("Last name"), _("E-mail"), _("E-mail 2"),
        _("Phone"), _("Language"),
        "LOGIN", "NOTIFY", "EMAIL SYNC", _("Manager"), _("Group"), _("Tags"), _("Client since"),
        *(custom.name for custom in customs),
    ]  # fmt: skip
    yes, no = _("yes"), _("no")
    shop = ["C1001", "Boulangerie Lefèvre SRL", _("company"), _("client")]
    paul = ["Paul", "Lefèvre", "paul@lefevre.example", "p.lefevre@perso.example", "+32 479 77 73 53", "FR", yes, yes, no]
    nadia = ["Nadia", "Lefèvre", "nadia@lefevre.example", "", "", "FR", no, yes, no]
    person = ["C1002", "D'Hondt Laurène", _("person"), _("client")]
    laurene = ["Laurène", "D'Hondt", "laurene@dhondt.example", "", "", "NL", no, yes, yes]
    empty = [""] * len(customs)
    return as_csv(
        [
            headings,
            [*shop, *paul, "", _("Shops"), _("Monthly VAT"), "28/02/2023", *empty],
            [*shop, *nadia, "", _("Shops"), "", "", *empty],
            [*person, *laurene, "", "", "", "", *empty],
        ],
        spared=is_phone,
    )
