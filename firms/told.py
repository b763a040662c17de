"""Words of what the firm is told of."""

from django.utils import translation
from django.utils.translation import gettext as _

from firms.models import Firm


def titled(firm: Firm, title: str, words: str) -> str:
    """“Lettre de mission: I am ill”, as the firm's language writes it: somebody else may be at work in another one."""
    with translation.override(firm.language):
        return _("%(title)s: %(words)s") % {"title": title, "words": words}
