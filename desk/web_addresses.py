"""Addresses of web pages as people type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from templates_email.slots import is_link


class WebAddressField(forms.CharField):
    """`linkedin.com/company/cabinet` becomes an https address; anything that an e-mail could not link to is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.widget.attrs.update({"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        typed = (super().to_python(value) or "").strip()
        return typed if not typed or "://" in typed else f"https://{typed}"

    def validate(self, value: Any) -> None:
        super().validate(value)
        host = value.partition("://")[2].partition("/")[0]
        if value and (not is_link(value) or "." not in host):
            raise forms.ValidationError(_("This is no web address. Write it for example so: www.cabinet.example/page"), code="invalid")


class WhatsAppField(WebAddressField):
    """A telephone number will do too: WhatsApp has a page for each."""

    def to_python(self, value: Any) -> str:
        typed = str(value or "").strip()
        digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
        if typed.startswith("+") and len(digits) >= 8 and not set(typed) - set("+0123456789 .-()/\u00a0\u202f"):
            return f"https://wa.me/{digits}"
        return super().to_python(typed)
