"""What strangers say, in what PostgreSQL can keep."""


def storable(said: str) -> str:
    """Without NUL, and a question mark for each half of a sign."""
    return said.replace("\0", "").encode("utf-8", "replace").decode()
