from dataclasses import dataclass

from templates_email.slots import is_color, is_link
from ui.colors import readable_in_the_dark, readable_link, text_on

TEAM_COLOR = "#2b4c9b"  # the desk's
LOGO_HEIGHT, LOGO_WIDTH = 44, 220  # the room for it, in CSS pixels
LOGO_BESIDE = 88  # the widest that stands beside the firm's name


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of ours and the size it is shown in, in CSS pixels. Raises ValueError for an address that is none."""

    url: str
    width: int
    height: int

    def __post_init__(self) -> None:
        if not is_link(self.url) or self.width < 1 or self.height < 1:
            raise ValueError("A brand's logo is an http or https address and has a size.")


def logo_of(url: str, width: int, height: int) -> Logo:
    """The logo at the size it is shown in: it fills the room in one direction, but is never blown up beyond its own pixels."""
    scale = min(LOGO_HEIGHT / height, LOGO_WIDTH / width, 1)
    return Logo(url, max(1, round(width * scale)), max(1, round(height * scale)))


@dataclass(frozen=True, slots=True)
class Social:
    """Where the firm can be followed; `network` is the name a reader hears. Raises ValueError for addresses that are none."""

    network: str
    url: str
    icon_url: str

    def __post_init__(self) -> None:
        if not is_link(self.url) or not is_link(self.icon_url):
            raise ValueError(f"A brand's link to {self.network} is an http or https address.")


@dataclass(frozen=True, slots=True)
class Brand:
    """How one firm's e-mail looks, and what it chose to show.

    `version` names the saved look. What is only tried in a preview or a sample, and the firm's name in `team_brand`, change under the
    same one: so brands are told apart by all they hold, never by it alone. `color` is "#rrggbb"; `website` as the firm typed it, with
    or without https://. Raises ValueError for a colour that is none.
    """

    version: str
    firm_name: str
    color: str
    logo: Logo | None
    address_line: str
    phone: str
    website: str
    socials: tuple[Social, ...]
    show_contact: bool
    show_social: bool
    show_logo: bool
    show_context: bool

    def __post_init__(self) -> None:
        if not is_color(self.color):
            raise ValueError("A brand's colour is written like #1d5546.")

    def values(self) -> dict[str, str]:
        """What the brand puts in the slots; what the firm switched off is empty. The website shows whenever there is one."""
        return {
            "FIRM": self.firm_name,
            "FIRM_ADDRESS": self.address_line if self.show_contact else "",
            "FIRM_PHONE": self.phone if self.show_contact else "",
            "FIRM_SITE": _short(self.website),
            "FIRM_SITE_URL": _address_of(self.website),
            "BRAND": self.color,
            "BRAND_TEXT": text_on(self.color),
            "BRAND_LINK": readable_link(self.color),
            "BRAND_LINK_DARK": readable_in_the_dark(self.color),
            "SHOW_CONTEXT": "yes" if self.show_context else "",
            "SHOW_SOCIAL": "yes" if self.show_social and self.socials else "",
            **self._logo_values(),
        }

    def _logo_values(self) -> dict[str, str]:
        """A wide logo stands above the name: beside it, there would be no room for the name on a phone."""
        if self.logo is None or not self.show_logo:
            return dict.fromkeys(("LOGO_URL", "LOGO_WIDTH", "LOGO_HEIGHT", "LOGO_ABOVE"), "")
        return {
            "LOGO_URL": self.logo.url,
            "LOGO_WIDTH": str(self.logo.width),
            "LOGO_HEIGHT": str(self.logo.height),
            "LOGO_ABOVE": "yes" if self.logo.width > LOGO_BESIDE else "",
        }

    def socials_shown(self) -> list[dict[str, str]]:
        """What each network puts in its slots."""
        shown = self.socials if self.show_social else ()
        return [{"SOCIAL": each.network, "SOCIAL_URL": each.url, "SOCIAL_ICON": each.icon_url} for each in shown]


def team_brand(firm_name: str, version: str) -> Brand:
    """The look of e-mails to the firm's own people: nothing that the firm chose for its clients' changes it (A01)."""
    return Brand(
        version=version,
        firm_name=firm_name,
        color=TEAM_COLOR,
        logo=None,
        address_line="",
        phone="",
        website="",
        socials=(),
        show_contact=False,
        show_social=False,
        show_logo=False,
        show_context=True,
    )


def _short(website: str) -> str:
    return website.strip().removeprefix("https://").removeprefix("http://").removesuffix("/")


def _address_of(website: str) -> str:
    """A website that cannot be a link is shown as the plain text it is."""
    address = website.strip() if "://" in website else f"https://{website.strip()}"
    return address if is_link(address) else ""
