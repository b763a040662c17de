"""What a worker that sends e-mail need not load."""

import subprocess
import sys
from pathlib import Path

import pytest

SAYS_IF_LOADED = "import django; django.setup(); import notifications.tasks, sys; sys.exit(sys.argv[1] in sys.modules)"


@pytest.mark.parametrize("library", ["PIL", "pypdfium2", "fido2", "boto3", "openpyxl"])
def test_a_worker_does_without_what_draws_signs_in_and_reads_lists(library: str) -> None:
    ended = subprocess.run([sys.executable, "-c", SAYS_IF_LOADED, library], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == 0
