"""Why a write about a firm and its people is refused."""


class LoginInUse(Exception):
    """Somebody signs in with this address already: in this firm or another, which nobody is told (B10)."""
