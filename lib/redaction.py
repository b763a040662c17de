"""What opens something never stands in a log: addresses of e-mailed links are cut short before they are written."""

import logging
import re

SECRET_PLACES = re.compile(r"(/l/|/invitation/|/p/[0-9A-Z]+/[0-9A-Z]+/[0-9A-Z]+/|/password/reset/[0-9A-Za-z]+-)[^\s\"'/?#]+")


def without_secrets(text: str) -> str:
    """`GET /l/abc…/` without the part of it that would open the item."""
    return SECRET_PLACES.sub(r"\1…", text)


class WithoutSecrets(logging.Filter):
    """For every handler: Django writes down the address of each request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (clean := without_secrets(said)) != said:
            record.msg, record.args = clean, ()
        return True
