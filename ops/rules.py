"""Which rules of `docs/` have a test that carries their ID, `@pytest.mark.rule("D14")`, and which have none.

python -m ops.rules            prints them, letter by letter
python -m ops.rules --check    says only what is wrong: a marker that names no rule
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
DOCUMENTS = ("rules.md", "readings.md", "beyond.md")
ROW = re.compile(r"^\| ([A-Z])(\d+) \|", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Rule:
    letter: str
    number: int
    id: str


@dataclass(frozen=True)
class Marker:
    id: str
    file: Path
    line: int


def known_rules(docs: Path) -> list[Rule]:
    """Every rule that begins a row of a table in the documents, in order."""
    text = "\n".join((docs / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    return sorted({Rule(letter, int(number), letter + number) for letter, number in ROW.findall(text)})


def markers(tests: Path) -> Iterator[Marker]:
    """Every rule that a test, a class of tests, a parameter or a whole file is marked with."""
    for file in sorted(tests.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.rule"):
                for argument in node.args:
                    if not isinstance(argument, ast.Constant):
                        sys.exit(f"{file}:{node.lineno}: write the rule's ID itself, so that it can be found without running the test")
                    yield Marker(str(argument.value), file, node.lineno)


def unknown(rules: list[Rule], found: list[Marker]) -> list[Marker]:
    ids = {rule.id for rule in rules}
    return [marker for marker in found if marker.id not in ids]


def report(rules: list[Rule], found: list[Marker]) -> str:
    """A line a letter: how many have a test, and which have none."""
    tested = {marker.id for marker in found}
    lines = [line_of(letter, list(group), tested) for letter, group in groupby(rules, key=lambda rule: rule.letter)]
    with_test = sum(rule.id in tested for rule in rules)
    return "\n".join([*lines, f"All: {with_test} of {len(rules)} have a test."])


def line_of(letter: str, rules: list[Rule], tested: set[str]) -> str:
    without = [rule.id for rule in rules if rule.id not in tested]
    count = f"{letter}: {len(rules) - len(without)} of {len(rules)} have a test"
    return f"{count}; none yet: {' '.join(without)}" if without else f"{count}."


def main() -> int:
    rules, found = known_rules(BASE / "docs"), list(markers(BASE / "tests"))
    wrong = unknown(rules, found)
    for marker in wrong:
        print(f"{marker.file.relative_to(BASE)}:{marker.line}: there is no rule {marker.id}")
    if sys.argv[1:] != ["--check"]:
        print(report(rules, found))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
