"""The whole product, running: web, worker, beat, broker, SMTP server and PostgreSQL of a demo of the tests' own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from ops.chromium import find_chromium
from tests.browser.demo import Demo

BASE = Path(__file__).resolve().parents[2]

# A page asks every five seconds for what is new: Playwright's own five seconds would end just before the answer.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo on a free port; everything that it starts ends with the tests."""
    folder = tmp_path_factory.mktemp("running") / "demo"
    program = [sys.executable, "-m", "ops.demo", "--folder", str(folder), "--port", "0"]
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    with subprocess.Popen(program, cwd=BASE, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            said = wait_until_ready(running)
            ready = folder.with_suffix(".json")
            assert ready.is_file(), said
            yield Demo.from_facts(json.loads(ready.read_text(encoding="utf-8")))
        finally:
            running.terminate()


def wait_until_ready(running: "subprocess.Popen[str]") -> str:
    """Reads what the demo says until it names its logs, the last line of its banner, or ends."""
    said = ""
    assert running.stdout is not None
    for line in running.stdout:
        said += line
        if "Logs:" in line:
            break
    return said


@pytest.fixture(scope="session")
def script_errors() -> list[str]:
    """What scripts of any page have left uncaught since the last test."""
    return []


@pytest.fixture(autouse=True)
def no_script_fails(script_errors: list[str]) -> Iterator[None]:
    script_errors.clear()
    yield
    assert script_errors == []


@pytest.fixture(scope="module")
def chromium(script_errors: list[str]) -> Iterator[Browser]:
    """Ends with its module: while it is open Django would refuse to query from this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        listen(browser, script_errors)
        yield browser
        browser.close()


def listen(browser: Browser, heard: list[str]) -> None:
    """Every context of the browser tells what its scripts leave uncaught."""
    make = browser.new_context

    def listened(**options: Any) -> BrowserContext:
        context = make(**options)
        context.on("weberror", lambda error: heard.append(str(error.error)))
        return context

    browser.new_context = listened  # type: ignore[method-assign]
