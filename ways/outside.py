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
from ways.smtp import SmtpTransport


class OutsideSMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect_outside(host, port, timeout)


class OutsideSMTPOverTLS(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        return self.context.wrap_socket(connect_outside(host, port, timeout), server_hostname=host)


class IntranetSMTP(smtplib.SMTP):
    """Without TLS: only where the operator has named the host, and asked before anything is said."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = connect_outside(host, port, timeout)
        if not is_allowed(host, opened.getpeername()[0]):
            opened.close()
            raise ForbiddenHost("Without TLS a mail server is spoken to in an intranet alone")
        return opened


class OutsideSmtpTransport(SmtpTransport):
    """What only the firm can mend, such as a certificate for another name, is the way's trouble and not the message's."""

    def __init__(self, url: str, sender: str) -> None:
        super().__init__(url, sender)
        self.plain = IntranetSMTP if self.tls == Tls.NONE else OutsideSMTP
        self.over_tls = OutsideSMTPOverTLS

    def _connect(self) -> smtplib.SMTP:
        try:
            return super()._connect()
        except (ForbiddenHost, ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            raise SendError(ErrorKind.SENDER, str(error)) from error


def open_server(way: Way) -> OutsideSmtpTransport:
    signed_in = f"{quote(way.username, safe='')}:{quote(way.credentials.secret, safe='')}@" if way.username else ""
    return OutsideSmtpTransport(f"smtp://{signed_in}{way.host}:{way.port}?tls={way.tls}", way.sender or settings.MAIL_FROM)
