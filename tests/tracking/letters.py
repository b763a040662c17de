"""E-mails as they come back, written after the forms that mail servers use."""

from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText

GONE = "smtp; 550 5.1.1 <nadia@lefevre.example>: Recipient address rejected: User unknown"
SENT_BACK = "Tue, 03 Nov 2026 10:00:00 +0000"


def report(
    *, message_id: str = "", tag: str = "", action: str = "failed", status: str = "5.1.1", said: str = GONE, headers_only: bool = False,
    form: str = "delivery-status", date: str = SENT_BACK,
) -> bytes:  # fmt: skip
    """A report as of Postfix; `headers_only` as of Exchange, which brings back no text."""
    mail = MIMEMultipart("report")
    mail.set_param("report-type", form)
    mail["From"], mail["To"] = "MAILER-DAEMON@mx.lefevre.example", to(tag)
    mail["Subject"], mail["Date"], mail["Auto-Submitted"] = "Undelivered Mail Returned to Sender", date, "auto-replied"
    mail.attach(MIMEText("This is the mail system at host mx.lefevre.example."))
    status_part = MIMEBase("message", "delivery-status")
    status_part.set_payload([fields({"Reporting-MTA": "dns; mx.lefevre.example"}), fields({
        "Final-Recipient": "rfc822; nadia@lefevre.example", "Action": action, "Status": status, "Diagnostic-Code": said,
    })])  # fmt: skip
    mail.attach(status_part)
    if message_id:
        mail.attach(headers_of(message_id) if headers_only else MIMEMessage(ours(message_id)))
    return mail.as_bytes()


def complaint(message_id: str) -> bytes:
    mail = MIMEMultipart("report")
    mail.set_param("report-type", "feedback-report")
    mail["From"], mail["To"], mail["Date"] = "feedback@isp.example", to(""), SENT_BACK
    mail.attach(MIMEText("This is an email abuse report."))
    part = MIMENonMultipart("message", "feedback-report")
    part.set_payload("Feedback-Type: abuse\r\nUser-Agent: ISP-FBL/1.0\r\nVersion: 1\r\n")
    mail.attach(part)
    mail.attach(MIMEMessage(ours(message_id)))
    return mail.as_bytes()


def away(message_id: str, tag: str = "") -> bytes:
    """Out of office, whose subject says what a bounce's does."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "nadia@lefevre.example", to(tag), "Undelivered: I am away"
    mail["In-Reply-To"], mail["Auto-Submitted"], mail["Date"] = message_id, "auto-replied (vacation)", SENT_BACK
    mail.set_content("550 5.1.1 is what I would say, but I am only away until Monday.")
    return mail.as_bytes()


def old_fashioned(message_id: str) -> bytes:
    """As of qmail: words alone, for a person."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = "MAILER-DAEMON@old.example", to(""), "failure notice", SENT_BACK
    mail.set_content(f"Hi. This is the qmail-send program.\nSorry, no mailbox here by that name.\nMessage-ID: {message_id}")
    return mail.as_bytes()


def to(tag: str) -> str:
    return f"bounces+{tag}@relance.example" if tag else "bounces@relance.example"


def fields(values: dict[str, str]) -> Message:
    group = Message()
    for name, value in values.items():
        group[name] = value
    return group


def ours(message_id: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"] = "Lettre de mission", message_id
    mail.set_content("Bonjour Nadia")
    return mail


def headers_of(message_id: str) -> MIMEBase:
    part = MIMENonMultipart("text", "rfc822-headers")
    part.set_payload(f"Subject: Lettre de mission\r\nMessage-ID: {message_id}\r\n")
    return part
