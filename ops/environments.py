"""What the settings read from the environment, as tests and checks need it."""

import os
import secrets
from pathlib import Path


def clean_environment() -> dict[str, str]:
    """Ours without settings of Relance's: those of a developer's shell must decide nothing here, nor must a file `.env`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RELANCE_")}
    return ours | {"RELANCE_ENV_FILE": os.devnull}


def environment_for_tests(folder: Path) -> dict[str, str]:
    """Bytecode is kept whatever the shell says: workers, demos and commands of the tests would each compile everything anew."""
    return clean_environment() | {
        "PYTHONDONTWRITEBYTECODE": "",
        "RELANCE_SECRET_KEY": "only for tests, and the same in each run: " + "x" * 20,
        "RELANCE_FENCE_FILE": "off",  # tests take each other's databases' places
        "RELANCE_HTTPS": "false",
        "RELANCE_MEDIA_ROOT": str(folder / "media"),
    }


def environment_like_production(folder: Path) -> dict[str, str]:
    """What `manage.py check --deploy` must find nothing wrong with."""
    return clean_environment() | {
        "RELANCE_SECRET_KEY": secrets.token_urlsafe(50),
        "RELANCE_SITE_URL": "https://relance.example",
        "RELANCE_MEDIA_ROOT": str(folder / "media"),
    }
