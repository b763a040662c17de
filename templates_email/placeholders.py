"""The closed dictionary of names that may stand between [[ and ]]. A name that is not here stops the compilation."""

from dataclasses import dataclass

from templates_email.enums import EmailEvent, Giver, Kind, Trust


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`sample` holds one example per language; `content` marks what a firm that hides message context never mails."""

    name: str
    kind: Kind
    sample: dict[str, str]
    trust: Trust = Trust.TYPED
    giver: Giver = Giver.CALLER
    may_be_empty: bool = False
    content: bool = False


def _same(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


_MESSAGE = {
    "en": "Please read and sign our engagement letter for 2027.\nThe fees do not change.",
    "fr": "Merci de relire et signer notre lettre de mission pour 2027.\nLes honoraires ne changent pas.",
}

_SAID = {
    "en": "The lease of the shop ends in March.\nDo you wish to renew it?",
    "fr": "Le bail du magasin prend fin en mars.\nSouhaitez-vous le renouveler ?".replace(" ?", "\u00a0?"),
}

_ALL = (
    Placeholder("ACCOUNT", Kind.LINE, _same("Boulangerie Lefèvre SRL"), may_be_empty=True),
    Placeholder("FIRST_NAME", Kind.LINE, _same("Nadia"), may_be_empty=True),
    Placeholder("TITLE", Kind.LINE, {"en": "Engagement letter 2027", "fr": "Lettre de mission 2027"}, content=True),
    Placeholder("ASKED_ON", Kind.LINE, {"en": "Monday 26 October", "fr": "lundi 26 octobre"}, Trust.OURS),
    Placeholder("DUE_ON", Kind.LINE, {"en": "Friday 30 October", "fr": "vendredi 30 octobre"}, Trust.OURS, may_be_empty=True),
    Placeholder("NEXT_ON", Kind.LINE, {"en": "Monday 2 November", "fr": "lundi 2 novembre"}, Trust.OURS, may_be_empty=True),
    Placeholder("NUMBER", Kind.LINE, _same("1"), Trust.OURS),
    Placeholder("OF", Kind.LINE, _same("3"), Trust.OURS),
    Placeholder("CONTEXT", Kind.LINES, _MESSAGE, may_be_empty=True, content=True),
    Placeholder(
        "CONTEXT_BY",
        Kind.LINE,
        {"en": "Claire Moreau, accountant", "fr": "Claire Moreau, expert-comptable"},
        may_be_empty=True,
        content=True,
    ),
    Placeholder("ACTION_URL", Kind.LINK, _same("https://clients.cabinet-lumiere.example/a/7KQ2-M9XD"), Trust.SECRET),
    Placeholder("RESET_URL", Kind.LINK, _same("https://clients.cabinet-lumiere.example/p/R4TZ-08QW"), Trust.SECRET),
    Placeholder("ACTIVATION_URL", Kind.LINK, _same("https://clients.cabinet-lumiere.example/v/8MND-T3QK"), Trust.SECRET, may_be_empty=True),
    Placeholder("CODE", Kind.LINE, _same("481902"), Trust.SECRET),
    Placeholder(
        "PREFERENCES_URL", Kind.LINK, _same("https://clients.cabinet-lumiere.example/n/5WHD-K2T7"), Trust.SECRET, may_be_empty=True
    ),
    # Of the rows of an e-mail: how many there are, whether more than one, and how many more than it shows.
    Placeholder("COUNT", Kind.LINE, _same("2"), Trust.OURS, may_be_empty=True),
    Placeholder("SEVERAL", Kind.SWITCH, _same("yes"), Trust.OURS, may_be_empty=True),
    Placeholder("MORE", Kind.LINE, _same("3"), Trust.OURS, may_be_empty=True),
    # In its rows: documents and tasks, messages, and, where it tells of several requests, what each of them is.
    Placeholder("ITEM", Kind.LINE, {"en": "Bank statements of September", "fr": "Relevés bancaires de septembre"}, content=True),
    Placeholder("ITEM_NOTE", Kind.LINE, {"en": "Of both accounts", "fr": "Pour les deux comptes"}, may_be_empty=True, content=True),
    Placeholder(
        "ITEM_DUE_ON", Kind.LINE, {"en": "Friday 30 October", "fr": "vendredi 30 octobre"}, Trust.OURS, may_be_empty=True, content=True
    ),
    Placeholder("SAID", Kind.LINES, _SAID, may_be_empty=True, content=True),
    Placeholder("SAID_BY", Kind.LINE, _same("Claire Moreau"), content=True),
    Placeholder("SAID_ON", Kind.LINE, {"en": "Monday 26 October", "fr": "lundi 26 octobre"}, Trust.OURS, may_be_empty=True, content=True),
    Placeholder("ITEM_KIND", Kind.LINE, {"en": "Approval", "fr": "Approbation"}, Trust.OURS),
    Placeholder("ITEM_ACCOUNT", Kind.LINE, _same("SCI des Tilleuls"), may_be_empty=True),
    Placeholder("ITEM_ASKED_ON", Kind.LINE, {"en": "Monday 26 October", "fr": "lundi 26 octobre"}, Trust.OURS),
    Placeholder("ITEM_NUMBER", Kind.LINE, _same("2"), Trust.OURS),
    Placeholder("ITEM_OF", Kind.LINE, _same("3"), Trust.OURS),
    Placeholder("ITEM_ACT", Kind.LINE, {"en": "Read and approve", "fr": "Lire et approuver"}, Trust.OURS),
    Placeholder("ITEM_URL", Kind.LINK, _same("https://clients.cabinet-lumiere.example/a/6JWP-T4RC"), Trust.SECRET),
    # To the firm's own people.
    Placeholder("INVITED_BY", Kind.LINE, _same("Antoine Girard"), may_be_empty=True),
    Placeholder("INVITE_URL", Kind.LINK, _same("https://desk.mail.example/i/V3NB-61ZC"), Trust.SECRET),
    Placeholder("WHO", Kind.LINE, _same("Antoine Girard")),
    Placeholder("CHANGED_ON", Kind.LINE, {"en": "Tuesday 3 November, 14:02 (Paris)", "fr": "mardi 3 novembre, 14:02 (Paris)"}, Trust.OURS),
    Placeholder("CLIENT", Kind.LINE, _same("Boulangerie Lefèvre SRL")),
    Placeholder("PERIOD", Kind.LINE, {"en": "VAT, September 2026", "fr": "TVA, septembre 2026"}),
    Placeholder("DOCUMENTS_URL", Kind.LINK, _same("https://desk.mail.example/accounts/K7QM29XD/documents/"), Trust.OURS),
    Placeholder("SETTINGS_URL", Kind.LINK, _same("https://desk.mail.example/settings/"), Trust.OURS),
    # In the rows of such an e-mail.
    Placeholder("WHAT", Kind.LINE, {"en": "Address for copies", "fr": "Adresse des copies"}),
    Placeholder("OLD", Kind.LINE, _same("copies@cabinet-lumiere.example"), may_be_empty=True),
    Placeholder("NEW", Kind.LINE, _same("archive@mail.example"), may_be_empty=True),
    # From the brand. Whatever the firm switched off arrives empty.
    Placeholder("FIRM", Kind.LINE, _same("Cabinet Lumière"), giver=Giver.BRAND),
    Placeholder("FIRM_ADDRESS", Kind.LINES, _same("12 quai Saint-Antoine, 69002 Lyon"), giver=Giver.BRAND, may_be_empty=True),
    Placeholder("FIRM_PHONE", Kind.LINE, _same("+33 4 72 00 00 00"), giver=Giver.BRAND, may_be_empty=True),
    Placeholder("FIRM_SITE", Kind.LINE, _same("cabinet-lumiere.example"), giver=Giver.BRAND, may_be_empty=True),
    Placeholder("FIRM_SITE_URL", Kind.LINK, _same("https://cabinet-lumiere.example"), giver=Giver.BRAND, may_be_empty=True),
    Placeholder(
        "LOGO_URL",
        Kind.LINK,
        _same("https://clients.cabinet-lumiere.example/logo.png"),
        Trust.OURS,
        Giver.BRAND,
        may_be_empty=True,
    ),
    Placeholder("LOGO_WIDTH", Kind.SIZE, _same("44"), Trust.OURS, Giver.BRAND, may_be_empty=True),
    Placeholder("LOGO_HEIGHT", Kind.SIZE, _same("44"), Trust.OURS, Giver.BRAND, may_be_empty=True),
    Placeholder("BRAND", Kind.COLOR, _same("#1d5546"), Trust.OURS, Giver.BRAND),
    Placeholder("BRAND_TEXT", Kind.COLOR, _same("#ffffff"), Trust.OURS, Giver.BRAND),
    Placeholder("BRAND_LINK", Kind.COLOR, _same("#1d5546"), Trust.OURS, Giver.BRAND),
    Placeholder("BRAND_LINK_DARK", Kind.COLOR, _same("#5aa58e"), Trust.OURS, Giver.BRAND),
    Placeholder("LOGO_ABOVE", Kind.SWITCH, _same("yes"), Trust.OURS, Giver.BRAND, may_be_empty=True),
    Placeholder("SHOW_CONTEXT", Kind.SWITCH, _same("yes"), Trust.OURS, Giver.BRAND, may_be_empty=True),
    Placeholder("SHOW_SOCIAL", Kind.SWITCH, _same("yes"), Trust.OURS, Giver.BRAND, may_be_empty=True),
    # Once for each network of the firm.
    Placeholder("SOCIAL", Kind.LINE, _same("LinkedIn"), Trust.OURS, Giver.SOCIALS),
    Placeholder("SOCIAL_URL", Kind.LINK, _same("https://www.linkedin.com/company/cabinet-lumiere"), giver=Giver.SOCIALS),
    Placeholder("SOCIAL_ICON", Kind.LINK, _same("https://clients.cabinet-lumiere.example/icon/linkedin.png"), Trust.OURS, Giver.SOCIALS),
    # Made on the way.
    Placeholder("SUBJECT", Kind.LINE, _same("…"), giver=Giver.RENDER),
    Placeholder("PREHEADER", Kind.LINE, _same("…"), giver=Giver.RENDER, may_be_empty=True),
)

PLACEHOLDERS = {placeholder.name: placeholder for placeholder in _ALL}
CONTENT = frozenset(name for name, placeholder in PLACEHOLDERS.items() if placeholder.content)


def names_given_by(giver: Giver) -> frozenset[str]:
    return frozenset(name for name, placeholder in PLACEHOLDERS.items() if placeholder.giver == giver)


def secret_placeholders() -> list[Placeholder]:
    """Personal links and codes: what a copy never holds."""
    return [placeholder for placeholder in _ALL if placeholder.trust == Trust.SECRET]


def samples(language: str) -> dict[str, str]:
    """One example for every name a caller gives, for tests and previews."""
    return {p.name: p.sample[language] for p in _ALL if p.giver == Giver.CALLER}


_CHANGES = ("WHAT", "OLD", "NEW")
_ITEMS = ("ITEM", "ITEM_DUE_ON", "ITEM_NOTE")
_MESSAGES = ("SAID", "SAID_BY", "SAID_ON")
_REQUESTS = ("ITEM_KIND", "ITEM_ACCOUNT", "ITEM_ASKED_ON", *_ITEMS, "ITEM_ACT", "ITEM_URL")
ROW_NAMES = {
    EmailEvent.DOCUMENTS_REQUESTED: _ITEMS,
    EmailEvent.DOCUMENTS_REMINDER: _ITEMS,
    EmailEvent.DOCUMENTS_UPLOADED: _ITEMS,
    EmailEvent.APPROVAL_REQUESTED: _ITEMS,
    EmailEvent.APPROVAL_REMINDER: _ITEMS,
    EmailEvent.CHAT_MESSAGE: _MESSAGES,
    EmailEvent.CHAT_REMINDER: _MESSAGES,
    EmailEvent.TASKS_REQUESTED: _ITEMS,
    EmailEvent.TASKS_REMINDER: _ITEMS,
    EmailEvent.SEVERAL_REQUESTS: _REQUESTS,
    EmailEvent.SEVERAL_REMINDERS: (*_REQUESTS, "ITEM_NUMBER", "ITEM_OF"),
    EmailEvent.FIRM_CHANGED: _CHANGES,
}

# Of the second row; what is not here is empty in it.
_SECOND = {
    "WHAT": {"en": "Reply-to address", "fr": "Adresse de réponse"},
    "NEW": _same("claire@cabinet-lumiere.example"),
    "ITEM": {"en": "Annual accounts 2026", "fr": "Comptes annuels 2026"},
    "SAID": {
        "en": "The landlord asks for an answer by the end of the month.",
        "fr": "Le bailleur attend une réponse d’ici la fin du mois.",
    },
    "SAID_BY": _same("Claire Moreau"),
    "ITEM_KIND": _same("Signature"),
    "ITEM_ASKED_ON": {"en": "Thursday 29 October", "fr": "jeudi 29 octobre"},
    "ITEM_NUMBER": _same("1"),
    "ITEM_OF": _same("2"),
    "ITEM_ACT": {"en": "Read and sign", "fr": "Lire et signer"},
    "ITEM_URL": _same("https://clients.cabinet-lumiere.example/a/9BTH-V2XM"),
}


def sample_rows(event: EmailEvent, language: str) -> list[dict[str, str]]:
    """Two rows for an e-mail that has a place for them, else none; in the second what may be empty is."""
    names = ROW_NAMES.get(event, ())
    first = {name: PLACEHOLDERS[name].sample[language] for name in names}
    second = {name: _SECOND.get(name, {}).get(language, "") for name in names}
    return [first, second] if names else []
