"""django-post_office with a database of its own: what its queue sends, not what fills it.

`python -m bench.mail.with_post_office PORT FILE DATABASE BATCH THREADS`, in a Python that has it; 0 stands for its own defaults.
"""

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from bench.mail.letters import Letter, read_letters, report


def main(port: str, file: str, database: str, batch: str, threads: str) -> None:
    chosen = {"BATCH_SIZE": int(batch), "THREADS_PER_PROCESS": int(threads)}
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={"default": connected_to(database)},
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(port),
        POST_OFFICE={name: value for name, value in chosen.items() if value},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    mail, models = import_module("post_office.mail"), import_module("post_office.models")
    models.Email.objects.all().delete()
    mail.send_many([queued(letter) for letter in read_letters(file)])
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        mail.send_queued_mail_until_done(lockfile=str(Path(folder) / "lock"))
        seconds = perf_counter() - started
    report(sent=models.Email.objects.filter(status=models.STATUS.sent).count(), seconds=seconds)


def connected_to(database: str) -> dict[str, object]:
    url = urlsplit(database)
    socket = parse_qs(url.query).get("host", [""])[0]
    where = {"HOST": url.hostname or socket, "PORT": url.port or "", "USER": url.username or "", "PASSWORD": url.password or ""}
    return {"ENGINE": "django.db.backends.postgresql", "NAME": url.path.lstrip("/"), **where}


def queued(letter: Letter) -> dict[str, Any]:
    answered = {"Reply-To": letter["reply_to"]} if letter["reply_to"] else {}
    return {
        "recipients": [letter["recipient"]],
        "sender": letter["sender"],
        "subject": letter["subject"],
        "message": letter["text"],
        "html_message": letter["html"],
        "headers": letter["headers"] | answered,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
