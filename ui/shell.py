"""What the page shells show around a page; plain values that context processors and views fill in."""

from dataclasses import dataclass

from ui.colors import WHITE, parse_color, readable_link, text_on


@dataclass(frozen=True)
class NavItem:
    """One line of the main navigation; `badge_title` says to screen readers what the number counts."""

    title: str
    url: str
    icon: str
    active: bool = False
    badge: str = ""
    badge_title: str = ""
    badge_color: str = "grey"


@dataclass(frozen=True)
class Tab:
    """A saved view of a list, or a tab of an object page."""

    title: str
    url: str
    active: bool = False
    count: int | str | None = None
    color: str = "grey"
    count_url: str = ""  # where a count is read after the page that costs too much for it


@dataclass(frozen=True)
class BulkAction:
    """A button of the bulk bar; `url` where it does not go where the others go."""

    value: str
    icon: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Member:
    """Who works at the desk, as its foot says it."""

    name: str
    firm: str
    role: str


@dataclass(frozen=True)
class Opened:
    """Where the page says that somebody is before it who came by an e-mailed link, and of which item."""

    url: str
    code: str


@dataclass(frozen=True)
class Visitor:
    """Who reads the portal, and in which account."""

    name: str
    account: str


@dataclass(frozen=True)
class PreviewBand:
    """Above pages that staff see as a client would: whose, in which account; a POST to `end_url` ends it. `language` is staff's own."""

    name: str
    account: str
    end_url: str
    language: str


@dataclass(frozen=True)
class AccountChoice:
    """An account that the visitor can change to; `note` says what waits there, a POST to `url` changes to it."""

    name: str
    url: str
    note: str = ""
    current: bool = False


@dataclass(frozen=True)
class Brand:
    """A firm's look. Colours are `#rrggbb`: its own, the text on it, and the shade in which links can be read."""

    name: str
    logo_url: str
    color: str
    text_color: str
    link_color: str
    address_line: str = ""
    phone: str = ""
    website: str = ""


def make_brand(*, name: str, color: str, logo_url: str = "", address_line: str = "", phone: str = "", website: str = "") -> Brand:
    """The look of a firm with its readable colours worked out; `ValueError` when `color` is not `#rrggbb`."""
    return Brand(
        name=name,
        logo_url=logo_url,
        color=color,
        text_color=text_on(color),
        link_color=readable_link(color),
        address_line=address_line,
        phone=phone,
        website=website,
    )


def brand_css(brand: Brand) -> str:
    """The only style sheet written into a page: the firm's colours, parsed again so that nothing else can come with them.

    Links, marks and rings take the readable shade; the filled button and the band the firm's own colour. A pointer
    over the button moves its ground away from its text, never towards it.
    """
    for color in (brand.color, brand.text_color, brand.link_color):
        parse_color(color)
    away = "#000000" if brand.text_color.lower() == WHITE else WHITE
    return (
        f':root, [data-bs-theme="light"] {{ --tblr-primary: {brand.link_color}; --tblr-primary-fg: {WHITE};'
        f" --rl-brand: {brand.color}; --rl-brand-fg: {brand.text_color}; --rl-brand-away: {away}; }}"
    )


def initials(name: str) -> str:
    """At most two letters, of the first two words: “Claire Moreau” is CM, “Boulangerie Lefèvre SRL” is BL."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
