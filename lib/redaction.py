"""What opens something never stands in a log: addresses of e-mailed links are cut short before they are written."""

import logging
import re

SECRET_PLACES = re.compile(
    r"(/l/|/invitation/|/p/[0-9A-Z]+/[0-9A-Z]+/[0-9A-Z]+/|/password/reset/[0-9A-Za-z]+-|/hooks/[a-z_]+/)[^\s\"'/?#]+"
)
# What lib.codes and Django's generator of password links make, wherever a mail program has put it.
SECRETS = re.compile(r"[a-z2-7]{32,}|[0-9a-z]{1,13}-[0-9a-f]{32}(?![0-9a-f])")
ENCODED = re.compile(r"%([2-6][0-9A-Fa-f]|7[0-9A-Ea-e])")  # signs that can be seen, and the blank: none that would end a log's line


def without_secrets(text: str) -> str:
    """`GET /l/abc…/` without the part of it that would open the item; as it reads, where part of that was percent-encoded."""
    cut = _cut_short(text)
    if "%" not in cut:
        return cut
    plain = ENCODED.sub(lambda sign: chr(int(sign[1], 16)), cut)
    clean = _cut_short(plain)
    return cut if clean == plain else clean


def _cut_short(text: str) -> str:
    return SECRETS.sub("…", SECRET_PLACES.sub(r"\1…", text))


class WithoutSecrets(logging.Filter):
    """For every handler: Django writes down the address of each request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (clean := without_secrets(said)) != said:
            record.msg, record.args = clean, ()
        return True
