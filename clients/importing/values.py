"""What single cells say: pure. Each function gives the value, or None when the cell says nothing we understand."""

import re
from functools import cache

from babel import Locale

from clients.enums import AccountKind, Relation
from clients.importing.headings import fold
from clients.phones import is_phone
from clients.typed import tidy

YES = frozenset({"oui", "o", "yes", "y", "x", "1", "vrai", "true", "on", "ja", "j", "actif", "active", "✓", "✔", "☑"})
NO = frozenset({"non", "n", "no", "0", "faux", "false", "off", "nee", "nein", "inactif", "inactive", "☐"})
KINDS: dict[AccountKind, tuple[str, ...]] = {
    AccountKind.PERSON: (
        "particulier", "personne", "personne physique", "individu", "independant", "person", "individual", "private person",
        "natural person", "particulier persoon", "p",
    ),
    AccountKind.FAMILY: ("famille", "menage", "foyer", "foyer fiscal", "couple", "family", "household", "gezin", "f"),
    AccountKind.COMPANY: (
        "societe", "entreprise", "personne morale", "association", "asbl", "sprl", "srl", "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci",
        "scs", "sc", "bv", "nv", "company", "business", "legal person", "organisation", "organization", "vennootschap", "s",
    ),
}  # fmt: skip
RELATIONS: dict[Relation, tuple[str, ...]] = {
    Relation.CLIENT: ("client", "cliente", "clients", "customer", "klant", "c"),
    Relation.SUPPLIER: ("fournisseur", "fournisseurs", "supplier", "suppliers", "vendor", "leverancier", "f", "s"),
}
NOTHING = frozenset({"", "-", "--", "–", "—", "/", "."})  # what people type into a cell that has nothing to say
SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!"}
)
# A cell that a spreadsheet would run: "=" at its start, or another of its signs before what looks like a call or a command.
_FORMULA = re.compile(r"=|[+\-@](\s*[\w.]+\(|.*\|)")
_TAG_SEPARATORS = re.compile(r"[,;|\n]")
LANGUAGES_NAMED_IN = ("en", "fr", "nl", "de")

_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
_RELATION_OF = {word: relation for relation, words in RELATIONS.items() for word in words}


def is_formula(text: str) -> bool:
    return bool(_FORMULA.match(tidy(text)))


def has_line_break(text: str) -> bool:
    return any(sign in text.strip() for sign in "\n\r\u2028\u2029\x85")


def switch_of(text: str) -> bool | None:
    word = text.strip().casefold()
    if word in YES:
        return True
    return False if word in NO else None


def kind_of(text: str) -> AccountKind | None:
    """A word of ours, or a legal form: "S.A." counts as company."""
    return _KIND_OF.get(fold(text)) or _KIND_OF.get(fold(text).replace(" ", ""))


def relation_of(text: str) -> Relation | None:
    return _RELATION_OF.get(fold(text))


def phone_of(text: str) -> str | None:
    """The number as it was written."""
    phone = tidy(text)
    return phone if is_phone(phone) else None


def language_of(text: str) -> str | None:
    """A two-letter code, or a language's name in English, French, Dutch, German or itself: "NL", "fr-BE", "Néerlandais"."""
    languages = _languages()
    return languages.get(fold(text)) or languages.get(fold(re.split(r"[-_ (]", text.strip(), maxsplit=1)[0]))


@cache
def _languages() -> dict[str, str]:
    names: dict[str, str] = {}
    for reader in LANGUAGES_NAMED_IN:
        for code, name in Locale(reader).languages.items():
            if len(code) == 2:
                names.setdefault(fold(name), code)
    codes = set(names.values())
    return names | {code: code for code in codes}


def tags_of(text: str) -> tuple[str, ...]:
    """ "TVA mensuelle, Dossier papier" -> two tags, in their order, each once."""
    found: dict[str, str] = {}
    for tag in map(tidy, _TAG_SEPARATORS.split(text)):
        if tag not in NOTHING:
            found.setdefault(fold(tag), tag)
    return tuple(found.values())
