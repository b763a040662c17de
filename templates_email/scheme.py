"""An e-mail as it looks by day or by night, whatever its reader's device says: for previews and pictures alone."""

_ASKED = "@media (prefers-color-scheme: dark)"
_EITHER = (
    "color-scheme: light dark;",
    "color-schemes: light dark;",
    'color-scheme" content="light dark"',
    'color-schemes" content="light dark"',
)


def as_dark(html: str) -> str:
    return _forced(html, "@media all", "dark")


def as_light(html: str) -> str:
    return _forced(html, "@media not all", "light")


def _forced(html: str, media: str, scheme: str) -> str:
    """Raises ValueError where the base no longer asks what its reader prefers."""
    head, end, body = html.partition("</head>")
    if _ASKED not in head:
        raise ValueError("This e-mail has no rules for the dark.")
    for either in _EITHER:
        head = head.replace(either, either.replace("light dark", scheme))
    return head.replace(_ASKED, media) + end + body
