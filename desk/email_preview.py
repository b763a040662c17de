"""The live preview beside the firm's settings: the real e-mail, as it would be after Save."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.http import HttpResponse, QueryDict

from firms.logos import Logo
from firms.models import Firm
from notifications.samples import CLIENT_EVENTS, render_sample
from templates_email.brand import logo_of
from templates_email.enums import EmailEvent
from templates_email.render import Rendered
from templates_email.scheme import as_dark, as_light
from templates_email.sources import LANGUAGES

DRAFT_LOGO = "https://draft.invalid/logo"  # stands in the HTML until the picture itself takes its place
SCHEMES = ("light", "dark")


# The frame's own policy: an e-mail needs its inline styles and shows our pictures, and nothing else.
POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:", settings.SITE_URL],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which e-mail is previewed, and how."""

    event: EmailEvent
    language: str
    scheme: str

    @classmethod
    def of(cls, query: QueryDict, firm: Firm) -> Self:
        """What is asked for, where it exists; else the reminder in the firm's language, light."""
        event, language, scheme = (query.get(f"preview_{name}", "") for name in ("event", "language", "scheme"))
        usual = firm.language if firm.language in LANGUAGES else LANGUAGES[0]
        return cls(
            EmailEvent(event) if event in CLIENT_EVENTS else EmailEvent.SIGNATURE_REMINDER,
            language if language in LANGUAGES else usual,
            scheme if scheme in SCHEMES else SCHEMES[0],
        )


def preview_of(firm: Firm, wanted: Wanted, logo: Logo | None, now: datetime) -> Rendered:
    """As `firm` stands, which need not be saved. Raises CannotRender."""
    shown = logo_of(DRAFT_LOGO, logo.width, logo.height) if logo else None
    return render_sample(firm, wanted.event, wanted.language, logo=shown, now=now)


def page_of(rendered: Rendered, wanted: Wanted, logo: Logo | None) -> HttpResponse:
    """The e-mail itself, for the frame."""
    html = as_dark(rendered.html) if wanted.scheme == "dark" else as_light(rendered.html)
    if logo:
        html = html.replace(DRAFT_LOGO, f"data:image/png;base64,{base64.b64encode(logo.content).decode()}")
    return HttpResponse(html)
