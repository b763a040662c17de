import re
from pathlib import Path

from config.environment import KNOWN

BASE = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
# Set by manage.py and by our own tools; an operator has no use for them.
OURS = {"RELANCE_ENV_FILE", "RELANCE_ROLE"}


def test_env_example_names_every_setting_once() -> None:
    named = SETTING.findall((BASE / ".env.example").read_text(encoding="utf-8"))
    assert sorted(name for name in named if name.startswith("RELANCE_")) == sorted(KNOWN - OURS)


def test_docker_compose_hands_on_settings_that_exist() -> None:
    used = set(re.findall(r"\bRELANCE_[A-Z_]+", (BASE / "docker-compose.yml").read_text(encoding="utf-8")))
    assert used - KNOWN == set()


def test_docker_compose_hands_on_how_fast_e_mails_leave() -> None:
    handed_on = set(re.findall(r"\bRELANCE_[A-Z_]+", (BASE / "docker-compose.yml").read_text(encoding="utf-8")))
    assert {"RELANCE_SMTP_CONNECTIONS", *(name for name in KNOWN if name.startswith("RELANCE_PACE_"))} <= handed_on
