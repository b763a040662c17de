"""What counts as a phone number: pure. The import and the forms ask here alike."""

import re

_PHONE = re.compile(r"\+?[\d\s().\-/]{5,}( ?(ext|poste|x)\.? ?\d{1,6})?", re.IGNORECASE)


def is_phone(line: str) -> bool:
    """5 to 21 digits, an extension counted, with the signs that people put between them; `line` without breaks and hidden signs."""
    return bool(_PHONE.fullmatch(line)) and 5 <= sum(sign.isdigit() for sign in line) <= 21
