"""Keys by which names and addresses are compared: pure."""

import unicodedata


def name_key(name: str) -> str:
    """Without accents and case, blanks folded, so that `nguye` finds "Nguyễn" by a range on a plain index."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())[:200]


def email_key(email: str) -> str:
    """The address as it is compared: one Unicode form, one case, no blanks. `name+alias@` stays another address (M9)."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def prefix_range(prefix: str) -> tuple[str, str]:
    """Lower and upper bound of the keys that begin with `prefix`: row-level security keeps LIKE from using an index."""
    return prefix, prefix + "\U0010ffff"
