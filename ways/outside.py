"""A firm's own mail server: connected to by the one address that was looked at, with TLS for its name."""

import smtplib
import socket
import ssl
from urllib.parse import quote

from django.conf import settings

from lib.outgoing import ForbiddenHost, connect_outside, is_allowed
from ways.enums import Tls
from ways.errors import ErrorKind, SendError
from ways.models import Way
from ways.patience import Patient, PatientOverTls
from ways.smtp import TIMEOUT, SmtpTransport


class Outside(Patient):
    def reach(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect_outside(host, port, timeout)


class OutsideOverTls(PatientOverTls, Outside):
    """TLS from the start, for the name that was given."""


class Intranet(Patient):
    """Without TLS: only where the operator has named the host, and asked before anything is said."""

    def reach(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = connect_outside(host, port, timeout)
        if not is_allowed(host, opened.getpeername()[0]):
            opened.close()
            raise ForbiddenHost("Without TLS a mail server is spoken to in an intranet alone")
        return opened


class OutsideSmtpTransport(SmtpTransport):
    """What only the firm can mend, such as a certificate for another name, is the way's trouble and not the message's."""

    def __init__(self, url: str, sender: str, *, patience: float = TIMEOUT) -> None:
        super().__init__(url, sender, patience=patience)
        self.plain = Intranet if self.tls == Tls.NONE else Outside
        self.over_tls = OutsideOverTls

    def _connect(self) -> Patient:
        try:
            return super()._connect()
        except (ForbiddenHost, ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            raise SendError(ErrorKind.SENDER, str(error)) from error


def open_server(way: Way, patience: float) -> OutsideSmtpTransport:
    signed_in = f"{quote(way.username, safe='')}:{quote(way.credentials.secret, safe='')}@" if way.username else ""
    url = f"smtp://{signed_in}{way.host}:{way.port}?tls={way.tls}"
    return OutsideSmtpTransport(url, way.sender or settings.MAIL_FROM, patience=patience)
