"""`manage.py migrate` for the template of the tests, in half the time.

Django makes the classes of a model and of all that are related to it anew for each constraint and index that is added, hundreds of
times. Here what is added is noted at the class that there is. The migrations are the same, and so is the database that they leave; the
demo of the browser tests runs the command itself.
"""

import os
from typing import Any

from django.core.management import execute_from_command_line
from django.db.migrations.state import ProjectState


def note(state: ProjectState, app_label: str, model_name: str, option_name: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], added]
    shown = state.apps.get_model(app_label, model_name)._meta
    setattr(shown, option_name, [*getattr(shown, option_name), added])


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "RELANCE_ROLE": "owner"}
    ProjectState._append_option = note  # type: ignore[attr-defined]
    execute_from_command_line(["manage.py", "migrate", "--verbosity=0"])
