"""What it costs to build the bytes of a message: slots filled and encoded here, against Django's own builder."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine, Template

from ops.examples import example_brand, example_envelope
from templates_email.brand import Logo
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.placeholders import samples
from templates_email.render import Rendered, needed_values, render

if TYPE_CHECKING:
    from bench.__main__ import Measured

EVENT, LANGUAGE = EmailEvent.SIGNATURE_REMINDER, "fr"
MESSAGES, ROUNDS = 20, 41
HOST = "https://clients.cabinet-lumiere.example"
LETTER = (
    "Vous trouverez dans cette lettre l’étendue de notre mission, le calendrier des déclarations et les honoraires, qui ne changent pas. "
    "Merci de la relire à tête reposée, de nous dire ce qui ne vous convient pas, et de la signer avant la fin du mois.\n"
)
BRAND = example_brand(f"{HOST}/icon", logo=Logo(f"{HOST}/logo.png", 132, 44))


@dataclass(frozen=True, slots=True)
class Job:
    """One message: what our renderer gets, and the same as the ready strings that Django's builder gets."""

    envelope: Envelope
    values: Mapping[str, str]
    mail: Rendered
    html: str
    headers: Mapping[str, str]


def measure() -> "Measured":
    """Figures in microseconds a message, the best of interleaved rounds: what else the machine does only ever adds to them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    jobs = [job(number) for number in range(MESSAGES)]
    ways: dict[str, Callable[[Job], bytes]] = {"ours_us": ours, "encoding_alone_us": encoded, "django_us": djangos}
    ways["django_with_templates_us"] = djangos_from_templates()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(microseconds(way, jobs))
    figures = {name: min(taken) for name, taken in times.items()} | {"message_kb": len(ours(jobs[0])) / 1000}
    return {
        "figures": figures,
        "ratios": {
            "vs_django": figures["django_us"] / figures["ours_us"],
            "vs_django_with_templates": figures["django_with_templates_us"] / figures["ours_us"],
        },
    }


def microseconds(way: Callable[[Job], bytes], jobs: list[Job]) -> float:
    started = perf_counter()
    for each in jobs:
        way(each)
    return (perf_counter() - started) * 1e6 / len(jobs)


def job(number: int) -> Job:
    values = samples(LANGUAGE) | {
        "FIRST_NAME": f"Zoé {number}",
        "ACCOUNT": f"Boulangerie Lefèvre {number} SRL",
        "TITLE": f"Lettre de mission {2000 + number}",
        "CONTEXT": LETTER * 4,
        "ACTION_URL": f"{HOST}/l/{number:032x}/",
        "ACTIVATION_URL": "",
        "PREFERENCES_URL": f"{HOST}/n/{number:032x}/",
    }
    envelope = example_envelope(
        from_name=f"Cabinet Lumière - Boulangerie Lefèvre {number} SRL",
        to_name=f"Zoé Lefèvre {number}",
        to_address=f"zoe{number}@lefevre.example",
        message_id=f"<{number:032x}@mail.example>",
        references=(f"<{number:031x}0@mail.example>",),
        date=datetime(2026, 11, 3, 9, 12, number % 60, tzinfo=UTC),
        unsubscribe_url=f"{HOST}/n/{number:032x}/off/",
    )
    mail = render(event=EVENT, language=LANGUAGE, brand=BRAND, envelope=envelope, values=values)
    return Job(envelope, values, mail, mail.html, dict(mail.to_email_message().extra_headers))


def ours(job: Job) -> bytes:
    return render(event=EVENT, language=LANGUAGE, brand=BRAND, envelope=job.envelope, values=job.values).to_mime()


def encoded(job: Job) -> bytes:
    return job.mail.to_mime()


def djangos(job: Job) -> bytes:
    return serialised(job, job.mail.subject, job.mail.text, job.html)


def serialised(job: Job, subject: str, text: str, html: str) -> bytes:
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=f'"{job.envelope.from_name}" <{job.envelope.from_address}>',
        to=[f'"{job.envelope.to_name}" <{job.envelope.to_address}>'],
        reply_to=[job.envelope.reply_to or ""],
        headers=dict(job.headers),
        alternatives=[(html, "text/html")],
    )
    return bytes(message.message().as_bytes())


def djangos_from_templates() -> Callable[[Job], bytes]:
    """The same with Django's templates to fill in the values; all conditions are answered and all lines wrapped beforehand."""
    marks = {name: f"{HOST}/mark/{name}" if name.endswith("_URL") else f"mark{name}mark" for name in needed_values(EVENT)}
    mail = render(event=EVENT, language=LANGUAGE, brand=BRAND, envelope=job(0).envelope, values=marks)
    subject, text = (template(part, marks, escaped=False) for part in (mail.subject, mail.text))
    html = template(mail.html, marks, escaped=True)

    def way(job: Job) -> bytes:
        plain, safe = Context(dict(job.values), autoescape=False), Context(dict(job.values))
        return serialised(job, subject.render(plain), text.render(plain), html.render(safe))

    return way


def template(source: str, marks: Mapping[str, str], *, escaped: bool) -> Template:
    for name, mark in marks.items():
        source = source.replace(mark, f"{{{{ {name}|linebreaksbr }}}}" if escaped and name == "CONTEXT" else f"{{{{ {name} }}}}")
    return Engine().from_string(source)
