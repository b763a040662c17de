"""A firm's look in its clients' e-mails, as its columns say."""

from firms.enums import SocialNetwork
from firms.models import Firm
from notifications.pages import page_url
from templates_email.brand import Brand, Logo, Social, logo_of
from templates_email.slots import is_link


def brand_of(firm: Firm) -> Brand:
    version = f"{firm.pk}.{firm.brand_version}"
    return Brand(
        version=version,
        firm_name=firm.name,
        color=firm.color,
        logo=logo_of_firm(firm),
        address_line=firm.address_line,
        phone=firm.phone,
        website=firm.website,
        socials=socials_of(firm),
        show_contact=firm.show_contact,
        show_social=firm.show_social,
        show_logo=firm.show_logo,
        show_context=firm.show_context,
    )


def logo_of_firm(firm: Firm) -> Logo | None:
    if not firm.logo or not firm.logo_width or not firm.logo_height:
        return None
    return logo_of(page_url("firm_logo", firm.code, firm.brand_version), firm.logo_width, firm.logo_height)


def socials_of(firm: Firm) -> tuple[Social, ...]:
    """The networks that the firm filled in. An address that no e-mail may carry is left out, rather than stop all of the firm's mail."""
    filled_in = [(network, str(getattr(firm, network.value))) for network in SocialNetwork]
    return tuple(Social(str(network.label), url, page_url("social_icon", network.value)) for network, url in filled_in if is_link(url))
