"""One e-mail from its event, its language, a firm's brand, an envelope and the values for its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from django.core.mail import EmailMultiAlternatives

from templates_email import mime
from templates_email.brand import Brand
from templates_email.enums import EmailEvent, Giver
from templates_email.envelope import Envelope
from templates_email.errors import MissingValue, UnexpectedRows
from templates_email.headers import Heading, heading, sent_from
from templates_email.pieces import joined
from templates_email.placeholders import names_given_by
from templates_email.quoted import Encoded
from templates_email.slots import escaped, for_header, tidied
from templates_email.sources import LANGUAGES, language_of
from templates_email.template import branded, branded_once, template
from templates_email.wrap import wrap


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message that can be sent. `template_version` names the words and markup it was made from."""

    subject: str
    preheader: str
    text: str
    template_version: str
    _heading: Heading = field(repr=False)
    _html_parts: tuple[str | Encoded, ...] = field(repr=False)

    @property
    def html(self) -> str:
        return joined(self._html_parts)

    @property
    def sender_name(self) -> str:
        return self._heading.sender.name

    @property
    def sender_address(self) -> str:
        return self._heading.sender.address

    @property
    def recipient_address(self) -> str:
        """The only address for RCPT TO: in ASCII, its domain in punycode where it has to be. Of the firm's copy it is the firm's own."""
        return self._heading.goes_to.address

    @property
    def message_id(self) -> str:
        return next(value for name, value in self._heading.others if name == "Message-ID")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of its header, in the order in which they go by our own SMTP path, neither encoded nor folded."""
        return mime.fields(self._heading)

    def sent_from(self, address: str) -> "Rendered":
        """The same from another address, under the same name; from its own where `address` is empty."""
        return replace(self, _heading=sent_from(self._heading, address)) if address else self

    def to_mime(self) -> bytes:
        """The bytes for our own SMTP path: ASCII, CRLF, ready for signing; dots are not yet doubled."""
        return mime.message(self._heading, self.text, self._html_parts)

    def to_email_message(self) -> EmailMultiAlternatives:
        """The same message for Anymail and for any other backend of Django."""
        return EmailMultiAlternatives(
            subject=self.subject,
            body=self.text,
            from_email=str(self._heading.sender),
            to=[str(self._heading.goes_to)],
            reply_to=[str(self._heading.reply_to)] if self._heading.reply_to else None,
            headers=dict(self._heading.others),
            alternatives=[(self.html, "text/html")],
        )


@cache
def needed_values(event: EmailEvent) -> frozenset[str]:
    """The names `render` asks its caller for, whatever the language and the brand."""
    return frozenset().union(*(template(event, language).names() for language in LANGUAGES)) & names_given_by(Giver.CALLER)


def render(
    *,
    event: EmailEvent,
    language: str,
    brand: Brand,
    envelope: Envelope,
    values: Mapping[str, str],
    rows: Sequence[Mapping[str, str]] = (),
    keep: bool = True,
) -> Rendered:
    """Raises MissingValue for a name of `needed_values` that is not there, or is empty and may not be;
    UnsafeHeader, UnsafeValue, UnknownLanguage and UnexpectedRows, all of them CannotRender.

    Names that the event does not use are ignored. Values are plain text: escaping is done here.
    `keep=False` for a look that is only being tried: it takes no room among those that e-mails are sent with.
    """
    if not values.keys() >= needed_values(event):
        raise MissingValue(min(needed_values(event) - values.keys()))
    made = (branded if keep else branded_once)(event, language_of(language), brand)
    if rows and not made.takes_rows:
        raise UnexpectedRows(event)
    plain = tidied(made.wanted, values)
    shape = made.shape_for(plain)
    # Built from what was typed, before tidying: what cannot stand in a header is refused, not mended.
    subject = joined(shape.subject.filled({name: for_header(name, values[name]) for name in made.in_header}))
    plain_rows = [tidied(made.wanted_in_rows, row) for row in rows]
    preheader = joined(shape.preheader.filled(plain)).strip()
    shown = plain | {"SUBJECT": subject, "PREHEADER": preheader}
    html = shape.html.filled(escaped(shown), [escaped(row) for row in plain_rows])
    return Rendered(
        subject=subject,
        preheader=preheader,
        text=wrap(joined(shape.text.filled(plain, plain_rows))),
        template_version=made.version,
        _heading=heading(envelope, subject),
        _html_parts=tuple(html),
    )
