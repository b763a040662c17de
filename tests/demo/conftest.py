"""The demo, for one test: its addresses, its pages, and files that lie where the test ends.

It is not installed as an app: that would register every kind of request a second time.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    """The demo's folder."""
    import_module("config.urls")  # which asks once, when first imported, whether this is a demo: it is not
    settings.DEMO = True
    settings.DEMO_DIR = tmp_path
    settings.CLOCK_OFFSET_FILE = tmp_path / "clock-offset"
    settings.FIRM_OF_REQUEST = "demo.firm_of_request.firm_of_request"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [settings.BASE_DIR / "demo" / "templates"]}]
    settings.ROOT_URLCONF = "tests.demo.urls"
    return tmp_path


@pytest.fixture
def catch(demo: Path) -> Callable[..., str]:
    """Puts an e-mail into the demo's mailbox and gives its name; later calls are later e-mails."""
    folder = demo / "mail"
    folder.mkdir()

    def put(html: str = "<p>Bonjour</p>", *, to: str = "nadia@lefevre.example", subject: str = "Votre signature") -> str:
        number = len([*folder.iterdir()])
        head = f"X-RcptTo: {to}\r\nFrom: Cabinet =?utf-8?q?Lumi=C3=A8re?= <n@r.example>\r\nTo: Nadia <{to}>\r\nSubject: {subject}\r\n"
        date = f"Date: Mon, 02 Nov 2026 09:{number:02}:00 +0000\r\n"
        body = f"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}\r\n"
        (folder / f"letter-{number}.eml").write_bytes((head + date + "MIME-Version: 1.0\r\n" + body).encode())
        return f"letter-{number}"

    return put
