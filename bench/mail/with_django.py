"""Plain Django over one connection that is kept, from ready texts. `python -m bench.mail.with_django PORT FILE`"""

import sys
from time import perf_counter

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from bench.mail.letters import Letter, read_letters, report


def main(port: str, file: str) -> None:
    settings.configure(MAILERS={"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}, USE_I18N=False)
    letters = list(read_letters(file))
    started = perf_counter()
    with EmailBackend(alias="default", host="127.0.0.1", port=int(port)) as kept:
        sent = sum(kept.send_messages([message_of(letter)]) or 0 for letter in letters)
    report(sent=sent, seconds=perf_counter() - started)


def message_of(letter: Letter) -> EmailMultiAlternatives:
    return EmailMultiAlternatives(
        subject=letter["subject"],
        body=letter["text"],
        from_email=letter["sender"],
        to=[letter["recipient"]],
        reply_to=[letter["reply_to"]] if letter["reply_to"] else None,
        headers=letter["headers"],
        alternatives=[(letter["html"], "text/html")],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
