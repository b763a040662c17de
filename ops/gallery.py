"""Every system e-mail in every language and every setting of the firm's switches, on one page to look at: `make gallery`.

Each as HTML, as text, and as pictures at the width of a mail program and of a phone; with all switches on in the dark too.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Literal

import resvg_py
from playwright.sync_api import Browser, sync_playwright

from firms.enums import SocialNetwork
from ops.chromium import find_chromium
from ops.environments import environment_for_tests
from ops.examples import example_brand, example_envelope
from templates_email.brand import Brand, team_brand
from templates_email.enums import EmailEvent
from templates_email.placeholders import sample_rows, samples
from templates_email.render import Rendered, render
from templates_email.sources import LANGUAGES
from ui.signs import sign_png

BASE = Path(__file__).resolve().parent.parent
FOLDER = BASE / "var" / "gallery"
PAGE = Path(__file__).with_suffix(".html")
ORIGIN = "https://gallery.example/"  # in its place the saved e-mails name the folder they lie in
WIDTHS = (700, 375)
NETWORKS = (SocialNetwork.LINKEDIN, SocialNetwork.FACEBOOK, SocialNetwork.X, SocialNetwork.WHATSAPP)
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44"><rect width="44" height="44" rx="10" fill="#1d5546"/>
<path d="M10 29a12 12 0 0 1 24 0z" fill="#f2b544"/><path d="M7 33h30M22 9v5M11 14l3 3M33 14l-3 3" stroke="#f2b544" stroke-width="3"
 stroke-linecap="round"/></svg>"""

type Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Switches:
    contact: bool
    social: bool
    logo: bool
    context: bool

    @property
    def name(self) -> str:
        return "+".join(name for name, on in asdict(self).items() if on) or "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One e-mail in one language and one setting."""

    event: EmailEvent
    language: str
    switches: Switches
    mail: Rendered
    pending: bool = False  # as somebody reads it whose access is not active yet

    @property
    def name(self) -> str:
        return f"{self.event}-{self.language}-{'pending' if self.pending else self.switches.name}"

    @property
    def html(self) -> str:
        return self.mail.html.replace(ORIGIN, "../")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. E-mails that are the same, because a switch does not concern them, share theirs."""

    entry: Entry
    width: int
    scheme: Scheme

    @property
    def file(self) -> str:
        digest = sha256(self.entry.html.encode()).hexdigest()[:16]
        return f"pictures/{digest}-{self.width}-{self.scheme}.png"


EVERY_SETTING = [Switches(*on) for on in product((True, False), repeat=4)]


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print("The gallery needs Chromium to take its pictures. Install it, or name it in $CHROMIUM, and try again.", file=sys.stderr)
        return 1
    os.environ.update(environment_for_tests(FOLDER))
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DATABASE_URL="postgres://nobody@localhost/none")  # never connected to
    count = write_gallery(FOLDER, chromium, entries(EmailEvent))
    print(f"{count} e-mails are on show: {(FOLDER / 'index.html').as_uri()}")
    return 0


def entries(events: Iterable[EmailEvent]) -> list[Entry]:
    return [entry for event in events for language in LANGUAGES for entry in entries_of(event, language)]


def entries_of(event: EmailEvent, language: str) -> list[Entry]:
    entries = [Entry(event, language, switches, example(event, language, switches)) for switches in EVERY_SETTING]
    if event.has_banner:
        all_on = EVERY_SETTING[0]
        entries.append(Entry(event, language, all_on, example(event, language, all_on, pending=True), pending=True))
    return entries


def example(event: EmailEvent, language: str, switches: Switches, *, pending: bool = False) -> Rendered:
    return render(
        event=event,
        language=language,
        brand=team_brand("Cabinet Lumière", "gallery") if event.is_team_mail else brand_with(switches),
        envelope=example_envelope(),
        values=samples(language)
        | ({"ACCOUNT": ""} if event.is_team_mail else {})
        | ({} if pending else {"ACTIVATION_URL": ""})
        | {"MORE": ""},
        rows=sample_rows(event, language),
    )


def brand_with(switches: Switches) -> Brand:
    return example_brand(
        f"{ORIGIN}pictures",
        NETWORKS,
        show_contact=switches.contact,
        show_social=switches.social,
        show_logo=switches.logo,
        show_context=switches.context,
    )


def write_gallery(folder: Path, chromium: str, shown: list[Entry]) -> int:
    """Writes everything below `folder` and gives the number of e-mails."""
    for name in ("mail", "pictures"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for network in NETWORKS:
        (folder / "pictures" / f"{network}.png").write_bytes(sign_png(network))
    (folder / "pictures" / "logo.png").write_bytes(resvg_py.svg_to_bytes(svg_string=LOGO, width=132, height=132, skip_system_fonts=True))
    for entry in shown:
        (folder / "mail" / f"{entry.name}.html").write_text(entry.html, encoding="utf-8")
        (folder / "mail" / f"{entry.name}.txt").write_text(entry.mail.text, encoding="utf-8-sig")  # browsers guess without the mark
    take_pictures(folder, chromium, [shot for entry in shown for shot in shots_of(entry)])
    facts = json.dumps([facts_of(entry) for entry in shown], ensure_ascii=False).replace("</", "<\\/")
    (folder / "index.html").write_text(PAGE.read_text(encoding="utf-8").replace("[]/*every e-mail*/", facts), encoding="utf-8")
    return len(shown)


def shots_of(entry: Entry) -> Iterator[Shot]:
    schemes: tuple[Scheme, ...] = ("light", "dark") if entry.switches == EVERY_SETTING[0] else ("light",)
    for scheme in schemes:
        for width in WIDTHS:
            yield Shot(entry, width, scheme)


def take_pictures(folder: Path, chromium: str, shots: list[Shot]) -> None:
    once = {shot.file: shot for shot in reversed(shots)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
        done = 0
        for look in sorted({(shot.width, shot.scheme) for shot in once.values()}):
            alike = [shot for shot in once.values() if (shot.width, shot.scheme) == look]
            for shot in photographed(browser, folder, alike):
                done += 1
                say(f"Picture {done} of {len(once)}: {shot.entry.name}")
        browser.close()
    say(f"{len(once)} pictures taken.\n")


def say(progress: str) -> None:
    """On one line of a terminal; a file gets the last word alone."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{progress}", end="", flush=True)
    elif progress.endswith("\n"):
        print(progress, end="")


def photographed(browser: Browser, folder: Path, alike: list[Shot]) -> Iterator[Shot]:
    """All of one width and one scheme. What would come from another host is not fetched; an e-mail of ours asks for nothing there."""
    context = browser.new_context(viewport={"width": alike[0].width, "height": 400}, color_scheme=alike[0].scheme)
    context.route("http*://**/*", lambda route: route.abort())
    page = context.new_page()
    for shot in alike:
        page.goto((folder / "mail" / f"{shot.entry.name}.html").absolute().as_uri())
        page.screenshot(path=folder / shot.file, full_page=True)
        yield shot
    context.close()


def facts_of(entry: Entry) -> dict[str, object]:
    """What the page needs to show and to filter."""
    return {
        "event": entry.event.replace("_", " ").capitalize() + (", access not active yet" if entry.pending else ""),
        "language": entry.language,
        "switches": asdict(entry.switches),
        "team": entry.event.is_team_mail,
        "subject": entry.mail.subject,
        "preheader": entry.mail.preheader,
        "size": len(entry.mail.to_mime()),
        "html": f"mail/{entry.name}.html",
        "text": f"mail/{entry.name}.txt",
        "body": entry.mail.text,
        "pictures": [{"width": shot.width, "scheme": shot.scheme, "file": shot.file} for shot in shots_of(entry)],
    }


if __name__ == "__main__":
    sys.exit(main())
