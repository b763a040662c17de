"""Plants bugs on purpose, one after the other, and sees that the tests catch each: `make mutants`.

python -m ops.mutants            all of `tests/mutants/*.patch`
python -m ops.mutants cap        those with "cap" in their name

Each is planted in a copy of the tree as it stands. A patch says in its second line which tests should catch it. Exits with 1 where
one survives or no longer applies.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from ops.environments import environment_for_tests

BASE = Path(__file__).resolve().parent.parent
MUTANTS = BASE / "tests" / "mutants"
LINKED = (".venv", "node_modules")  # too large to copy, and nothing is planted in them
WITHOUT_DATABASE = ("tests/simulation/test_core.py",)
NO_DATABASE = {"DATABASE_URL": "postgres://nobody@localhost:1/none", "REDIS_URL": "redis://localhost:1/0"}
MORE = {"SHARE": "3"}  # of what is lived at random: the suite's own share might miss one
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    name: str
    why: str
    tests: tuple[str, ...]
    patch: Path


@dataclass(frozen=True)
class Found:
    mutant: Mutant
    caught_by: str  # nothing where it survived
    applies: bool
    seconds: float

    def __str__(self) -> str:
        what = f"caught by {self.caught_by}" if self.caught_by else "SURVIVED" if self.applies else "NO LONGER APPLIES"
        return f"{self.mutant.name:<30}{self.seconds:5.0f} s  {what}"


def all_mutants(word: str = "") -> list[Mutant]:
    return [read(patch) for patch in sorted(MUTANTS.glob("*.patch")) if word in patch.stem]


def read(patch: Path) -> Mutant:
    why, tests = patch.read_text(encoding="utf-8").splitlines()[:2]
    return Mutant(patch.stem, why, tuple(tests.removeprefix("Tests: ").split()), patch)


def plant(mutant: Mutant, tree: Path, *, back: bool = False) -> bool:
    """Whether it could be; `back` takes it out again."""
    command = ["git", "apply", "-p1", *(["--reverse"] if back else []), str(mutant.patch)]
    return subprocess.run(command, cwd=tree, check=False, capture_output=True).returncode == 0


def copy_tree(tree: Path) -> None:
    """What git knows or would take in, as it stands; nothing that was built but the catalogues, without which no page is made."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=BASE, check=True, capture_output=True, text=True)
    catalogues = [str(file.relative_to(BASE)) for file in BASE.glob("**/locale/*/LC_MESSAGES/*.mo") if not _is_linked(file)]
    for name in [*filter(None, listed.stdout.split("\0")), *catalogues]:
        if (BASE / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE / name, tree / name)
    for name in LINKED:
        (tree / name).symlink_to((BASE / name).resolve())
    subprocess.run(["git", "init", "--quiet", str(tree)], check=True)  # so that patches apply here, and nowhere above


def _is_linked(file: Path) -> bool:
    return file.relative_to(BASE).parts[0] in LINKED


def hunt(mutant: Mutant, tree: Path) -> Found:
    begun = monotonic()
    if not plant(mutant, tree):
        return Found(mutant, "", applies=False, seconds=0)
    try:
        return Found(mutant, run(mutant.tests, tree), applies=True, seconds=monotonic() - begun)
    finally:
        plant(mutant, tree, back=True)


def run(tests: tuple[str, ...], tree: Path) -> str:
    """The test that failed first, or nothing."""
    alone = set(tests) <= set(WITHOUT_DATABASE)
    program = ["pytest", "-p", "no:cacheprovider"] if alone else ["ops.suite"]
    command = [sys.executable, "-m", *program, *tests, "-x", "-q", "--tb=no"]
    environment = environment_for_tests(tree / "var" / "test") | MORE | (NO_DATABASE if alone else {})
    done = subprocess.run(command, cwd=tree, env=environment, check=False, capture_output=True, text=True)
    failed = FAILED.search(done.stdout)
    if done.returncode and not failed:
        sys.exit(f"The tests could not be run:\n{done.stdout}\n{done.stderr}")
    return failed.group(1) if failed else ""


def main(word: str) -> int:
    found = []
    with TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for mutant in all_mutants(word):
            found.append(hunt(mutant, tree))
            print(found[-1], flush=True)
    caught = sum(bool(each.caught_by) for each in found)
    print(f"{caught} of {len(found)} bugs planted on purpose were caught.")
    return 0 if found and caught == len(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
