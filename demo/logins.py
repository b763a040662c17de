"""The logins of the demo, kept in a file for whoever starts it and for the demo's page."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Login:
    """`page` is where this person signs in, a path on this site."""

    email: str
    password: str
    name: str
    role: str
    firm: str
    page: str


@dataclass(frozen=True, slots=True)
class Logins:
    staff: tuple[Login, ...] = ()
    client: tuple[Login, ...] = ()


def logins_file() -> Path:
    return settings.DEMO_DIR / "logins.json"


def write_logins(logins: Logins) -> None:
    file = logins_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(logins), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(file)


def read_logins() -> Logins:
    """None at all while the demo firm has not been made."""
    try:
        found = json.loads(logins_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Logins()
    return Logins(*(tuple(Login(**login) for login in found[side]) for side in ("staff", "client")))
