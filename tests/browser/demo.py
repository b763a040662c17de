"""What a test can see of a running demo: its address, its people, the e-mails it has caught."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Page, expect

from tests.mail import text_of


@dataclass(frozen=True)
class Demo:
    url: str
    staff: list[dict[str, str]]
    client: list[dict[str, str]]
    mail_dir: Path
    clock_url: str

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        return cls(facts["url"], facts["staff"], facts["client"], Path(facts["mail_dir"]), facts["clock_url"])

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What this address has been sent, in the order of arrival."""
        messages = [read_mail(file) for file in sorted(self.mail_dir.glob("*.eml"))]
        return [message for message in messages if address in str(message["To"])]

    def wait_for_mail(self, page: Page, address: str, count: int) -> EmailMessage:
        """The newest message to `address` once there are `count`; the list of caught e-mails shows the same number by then."""
        page.goto(f"{self.url}/demo/?to={address}")
        expect(page.locator("main").get_by_text(f"1 to {count} of {count}")).to_be_visible(timeout=30_000)
        messages = self.mails_to(address)
        assert len(messages) == count
        return messages[-1]

    def sign_in(self, page: Page, who: dict[str, str]) -> None:
        page.goto(f"{self.url}/sign-in/")
        page.get_by_label("E-mail").fill(who["email"])
        page.get_by_label("Password", exact=True).fill(who["password"])
        page.get_by_role("button", name="Sign in").click()


def read_mail(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def link_in(message: EmailMessage) -> str:
    found = re.search(r"https?://\S+/l/\S+", text_of(message))
    assert found is not None
    return found.group()


def code_in(message: EmailMessage) -> str:
    found = re.search(r"\b\d{6}\b", text_of(message))
    assert found is not None
    return found.group()
