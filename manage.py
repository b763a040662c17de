#!/usr/bin/env python
"""The operators' door: `python manage.py <command>`."""

import os
import sys

OWNER_COMMANDS = {"migrate", "sqlmigrate", "showmigrations", "flush", "dbshell"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        # Tables belong to the owner; the application role owns nothing, so it cannot change them.
        os.environ.setdefault("RELANCE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
