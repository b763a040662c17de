"""Where counts of tries were found before they moved to `lib.throttles`."""

from lib.throttles import HOUR, is_spent, spend

__all__ = ["HOUR", "is_spent", "spend"]
