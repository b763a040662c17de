"""Removes the demo's data: `python -m ops.demo_reset`. Asks first, unless YES=1; refuses while the demo runs."""

import os
import shutil
import sys
from pathlib import Path

from ops.demo import ready_file
from ops.launcher import remove_home
from ops.services import BASE, held


def main(folder: Path = BASE / "var" / "demo") -> int:
    with held(folder) as ours:
        if not ours:
            print("The demo is running: stop it first, with Ctrl-C where it was started.", file=sys.stderr)
            return 1
        if not agreed(folder):
            print("Nothing was removed.")
            return 1
        remove_home(folder)
        ready_file(folder).unlink(missing_ok=True)
        shutil.rmtree(folder)
    print("The demo's data is removed; `make demo` begins anew.")
    if "DATABASE_URL" in os.environ:
        print("The database that DATABASE_URL names was left as it is.")
    return 0


def agreed(folder: Path) -> bool:
    if os.environ.get("YES") == "1":
        return True
    if not sys.stdin.isatty():
        print("This asks before it removes anything; without a terminal, say YES=1.", file=sys.stderr)
        return False
    return input(f"Remove everything in {folder}? [y/N] ").strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    sys.exit(main())
