from dataclasses import dataclass

from templates_email.slots import is_color, is_link
from ui.colors import readable_link, text_on


@dataclass(frozen=True, slots=True)
class Brand:
    """How one firm's e-mail looks, and what it chose to show. `version` changes whenever anything else here does.

    `color` is "#rrggbb"; `logo_url` an address of ours; `website` as the firm typed it, with or without https://.
    Raises ValueError for a colour or a logo that is none.
    """

    version: str
    firm_name: str
    color: str
    logo_url: str | None
    address_line: str
    phone: str
    website: str
    show_contact: bool
    show_logo: bool
    show_context: bool

    def __post_init__(self) -> None:
        if not is_color(self.color):
            raise ValueError("A brand's colour is written like #1d5546.")
        if self.logo_url and not is_link(self.logo_url):
            raise ValueError("A brand's logo is an http or https address.")

    def values(self) -> dict[str, str]:
        """What the brand puts in the slots; what the firm switched off is empty. The website shows whenever there is one."""
        return {
            "FIRM": self.firm_name,
            "FIRM_ADDRESS": self.address_line if self.show_contact else "",
            "FIRM_PHONE": self.phone if self.show_contact else "",
            "FIRM_SITE": _short(self.website),
            "FIRM_SITE_URL": _address_of(self.website),
            "LOGO_URL": self.logo_url or "" if self.show_logo else "",
            "BRAND": self.color,
            "BRAND_TEXT": text_on(self.color),
            "BRAND_LINK": readable_link(self.color),
            "SHOW_CONTEXT": "yes" if self.show_context else "",
        }


def _short(website: str) -> str:
    return website.strip().removeprefix("https://").removeprefix("http://").removesuffix("/")


def _address_of(website: str) -> str:
    """A website that cannot be a link is shown as the plain text it is."""
    address = website.strip() if "://" in website else f"https://{website.strip()}"
    return address if is_link(address) else ""
