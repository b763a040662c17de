"""Each bug that is planted on purpose can still be planted: one that fits nowhere any more shows nothing."""

import subprocess

import pytest

from ops.mutants import BASE, Mutant, all_mutants


@pytest.mark.parametrize("mutant", all_mutants(), ids=lambda mutant: mutant.name)
def test_a_planted_bug_fits_the_code_as_it_is(mutant: Mutant) -> None:
    fits = subprocess.run(["git", "apply", "--check", str(mutant.patch)], cwd=BASE, capture_output=True, text=True, check=False)
    assert not fits.returncode, fits.stderr
