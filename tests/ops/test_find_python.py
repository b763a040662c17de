import os
import subprocess
import sys
from pathlib import Path

FIND_PYTHON = Path(__file__).resolve().parents[2] / "ops" / "find-python"
SYSTEM = "/usr/bin:/bin"


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def broken(file: Path) -> Path:
    """As pyenv's shims for a version that is not switched on."""
    return program(file, f'echo "{file.name}: command not found" >&2; exit 127')


def working(file: Path) -> Path:
    return program(file, f'exec "{sys.executable}" "$@"')


def find_python(path: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["bash", str(FIND_PYTHON)], env={"PATH": path, **environment}, capture_output=True, text=True, check=False)


def hide_system_pythons(folder: Path) -> str:
    for name in ("python3", "python3.12", "python3.13", "python3.14", "uv"):
        broken(folder / name)
    return f"{folder}{os.pathsep}{SYSTEM}"


def test_find_python_takes_the_one_that_is_asked_for(tmp_path: Path) -> None:
    asked = working(tmp_path / "elsewhere" / "python")
    found = find_python(hide_system_pythons(tmp_path / "bin"), PYTHON=str(asked), HOME=str(tmp_path))
    assert (found.returncode, found.stdout.strip(), found.stderr) == (0, sys.executable, "")


def test_find_python_passes_by_shims_that_do_not_run(tmp_path: Path) -> None:
    path = hide_system_pythons(tmp_path / "shims")
    working(tmp_path / "shims" / "python3.12")
    assert find_python(path, HOME=str(tmp_path)).stdout.strip() == sys.executable


def test_find_python_looks_into_pyenv_behind_its_shims(tmp_path: Path) -> None:
    path = hide_system_pythons(tmp_path / "shims")
    broken(tmp_path / "pyenv" / "versions" / "3.13.9" / "bin" / "python3")
    working(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3")
    assert find_python(path, PYENV_ROOT=str(tmp_path / "pyenv")).stdout.strip() == sys.executable


def test_find_python_goes_on_when_the_one_asked_for_does_not_run(tmp_path: Path) -> None:
    working(tmp_path / "bin" / "python3")
    found = find_python(f"{tmp_path / 'bin'}{os.pathsep}{SYSTEM}", PYTHON="/no/such/python", HOME=str(tmp_path))
    assert (found.returncode, found.stdout.strip()) == (0, sys.executable)
    assert found.stderr.splitlines() == [
        "PYTHON is set to /no/such/python, which is not a Python 3.12 or newer that runs; looking for another one."
    ]


def test_find_python_says_one_sentence_when_there_is_none(tmp_path: Path) -> None:
    found = find_python(hide_system_pythons(tmp_path / "bin"), HOME=str(tmp_path))
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (1, "", 1)
