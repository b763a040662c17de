"""The firm and its client that the gallery, the measurements and the tests write e-mails for."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from firms.enums import SocialNetwork
from templates_email.brand import Brand, Social, logo_of
from templates_email.envelope import Envelope


def example_brand(pictures: str, networks: Iterable[SocialNetwork] = SocialNetwork, **changes: Any) -> Brand:
    """`pictures` is the address of the folder where logo.png and a PNG for each network lie; `changes` are fields of `Brand`."""
    fields: dict[str, Any] = {
        "version": "example",
        "firm_name": "Cabinet Lumière",
        "color": "#1d5546",
        "logo": logo_of(f"{pictures}/logo.png", 132, 132),
        "address_line": "12 quai Saint-Antoine, 69002 Lyon",
        "phone": "+33 4 72 00 00 00",
        "website": "cabinet-lumiere.example",
        "socials": tuple(Social(each.label, f"https://{each}.example/cabinet-lumiere", f"{pictures}/{each}.png") for each in networks),
        "show_contact": True,
        "show_social": True,
        "show_logo": True,
        "show_context": True,
    }
    return Brand(**(fields | changes))


def example_envelope(**changes: Any) -> Envelope:
    fields: dict[str, Any] = {
        "from_name": "Cabinet Lumière - Boulangerie Lefèvre SRL",
        "from_address": "notifications@mail.example",
        "to_name": "Nadia Lefèvre",
        "to_address": "nadia@lefevre.example",
        "reply_to": "claire@cabinet-lumiere.example",
        "message_id": "<b2c3@mail.example>",
        "references": ("<a1b2@mail.example>",),
        "list_id": "<firm-7.mail.example>",
        "date": datetime(2026, 10, 29, 9, 12, tzinfo=UTC),
    }
    return Envelope(**(fields | changes))
