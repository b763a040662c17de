"""Rows to correct as a file, and the example list."""

import csv
import io

import pytest
from django.utils import translation

from clients.importing.enums import Verdict
from clients.importing.exporting import is_phone, sample_list
from clients.importing.mapping import guess
from clients.importing.plan import make_plan
from clients.importing.rows import read_rows
from clients.importing.world import World
from lib.tables import harmless
from tests.clients.importing.lists import read
from tests.clients.importing.test_custom_columns import CUSTOMS


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|'x'!A0", "-1+1", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert harmless(cell, spared=is_phone) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-", "+32 479 77 73 53", "Maes", "a=b", "1-1"])
def test_everything_else_stays(cell: str) -> None:
    assert harmless(cell, spared=is_phone) == cell


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_example_list_can_be_imported_as_it_is(language: str) -> None:
    with translation.override(language):
        table = read(sample_list(CUSTOMS))
        mapping = guess(table.header.cells, CUSTOMS)
        steps = make_plan(read_rows(table.lines, mapping, []), World())
    assert None not in mapping
    assert [(step.verdict, step.problems) for step in steps] == [(Verdict.NEW, [])] * 3


def test_the_example_list_opens_in_excel_with_its_accents() -> None:
    content = sample_list()
    assert content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[:2] == ["Ref.", "Account name"]
