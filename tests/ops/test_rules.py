from pathlib import Path

import pytest

from ops.rules import DOCUMENTS, Marker, known_rules, markers, report, unknown

ROWS = {
    "rules.md": "| ID | Rule |\n|---|---|\n| A02 | Something |\n| A10 | Something |\n| B01 | See A99 |\n",
    "readings.md": "| # | Question |\n| M1 | Which? |\n",
    "beyond.md": "| X01 | More |\n\n1. What must never happen\n",
}
TESTS = """
import pytest

pytestmark = pytest.mark.rule("M1")

@pytest.mark.rule("A02", "A10")
@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.rule("A02"))])
def test_something(n): ...

def test_other(): "pytest.mark.rule('B01') in a text marks nothing"
"""


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name in DOCUMENTS:
        (tmp_path / name).write_text(ROWS[name], encoding="utf-8")
    return tmp_path


def test_known_rules_are_the_first_cells_of_the_tables(docs: Path) -> None:
    assert [rule.id for rule in known_rules(docs)] == ["A02", "A10", "B01", "M1", "X01"]


def test_markers_are_found_on_files_tests_and_parameters(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "test_it.py"
    file.parent.mkdir()
    file.write_text(TESTS, encoding="utf-8")
    assert sorted((marker.id, marker.line) for marker in markers(tmp_path)) == [("A02", 6), ("A02", 7), ("A10", 6), ("M1", 4)]


def test_report_counts_each_letter_and_names_what_has_no_test(docs: Path) -> None:
    found = [Marker(id, Path("t.py"), 1) for id in ("A02", "A02", "M1")]
    assert report(known_rules(docs), found).splitlines() == [
        "A: 1 of 2 have a test; none yet: A10",
        "B: 0 of 1 have a test; none yet: B01",
        "M: 1 of 1 have a test.",
        "X: 0 of 1 have a test; none yet: X01",
        "All: 2 of 5 have a test.",
    ]


def test_a_marker_that_names_no_rule_is_unknown(docs: Path) -> None:
    wrong = Marker("A99", Path("t.py"), 3)
    assert unknown(known_rules(docs), [wrong, Marker("A02", Path("t.py"), 1)]) == [wrong]
