import json
from pathlib import Path

import pytest
from PIL import Image

from ops import gallery
from ops.chromium import find_chromium
from templates_email.enums import EmailEvent


def test_gallery_without_chromium_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert gallery.main() == 1
    assert capsys.readouterr().err.startswith("The gallery needs Chromium")


def test_gallery_shows_every_email_in_every_language_and_setting() -> None:
    shown = gallery.entries(EmailEvent)
    pending = [entry for entry in shown if entry.pending]
    assert {entry.event for entry in pending} == {event for event in EmailEvent if event.has_banner}
    assert len({entry.name for entry in shown}) == len(EmailEvent) * 2 * 16 + len(pending)
    everything_off = [entry for entry in shown if entry.switches.name == "none"]
    assert len(everything_off) == len(EmailEvent) * 2
    assert not any("<img" in entry.html for entry in everything_off)


@pytest.mark.browser
def test_gallery_of_one_email_is_whole_by_itself(tmp_path: Path) -> None:
    """No picture is broken and nothing comes from elsewhere; by night it is darker than by day."""
    shown = [entry for entry in gallery.entries([EmailEvent.ACT_CODE]) if entry.language == "fr"]
    assert gallery.write_gallery(tmp_path, find_chromium() or "", shown) == 17
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    facts = json.loads(page.partition("const every = ")[2].partition(";\n")[0])
    assert [len(mail["pictures"]) for mail in facts] == [4, *[2] * 15, 4]
    assert all((tmp_path / mail[name]).is_file() for mail in facts for name in ("html", "text"))
    assert {(shot["width"], picture(tmp_path / shot["file"]).width) for mail in facts for shot in mail["pictures"]} == {
        (700, 700),
        (375, 375),
    }
    day, night = (brightness(tmp_path / shot["file"]) for shot in facts[0]["pictures"][::2])
    assert day > 200 and night < 60
    assert gallery.ORIGIN not in "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "mail").iterdir())
    assert {source for mail in facts for source in sources(tmp_path / mail["html"])} == {
        f"../pictures/{name}.png" for name in ("logo", *gallery.NETWORKS)
    }


def sources(file: Path) -> list[str]:
    return [piece.partition('"')[0] for piece in file.read_text(encoding="utf-8").split('src="')[1:]]


def picture(file: Path) -> Image.Image:
    """In shades of grey."""
    with Image.open(file) as opened:
        return opened.convert("L")


def brightness(file: Path) -> float:
    """Of the whole, from 0 to 255, on average."""
    return sum(shade * count for shade, count in enumerate(picture(file).histogram())) / (picture(file).width * picture(file).height)
