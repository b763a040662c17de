"""Column headings in French and English, and what they mean to us: pure."""

import re
import unicodedata
from functools import lru_cache

from clients.importing.enums import Field

# Each word as `fold` leaves it. Words that stand in two lists mean the field named first here.
MEANINGS: dict[Field, tuple[str, ...]] = {
    Field.REFERENCE: (
        "ref", "reference", "ref client", "reference client", "ref compte", "reference du compte", "ref dossier", "reference dossier",
        "n client", "no client", "num client", "numero client", "numero de client", "code client", "code dossier", "n dossier",
        "numero de dossier", "client no", "client number", "client code", "client id", "client ref", "client reference",
        "account no", "account number", "account code", "account id", "account ref", "account reference", "code", "id",
    ),
    Field.ACCOUNT: (
        "nom du compte", "compte", "intitule du compte", "nom du client", "client", "nom du dossier", "dossier", "raison sociale",
        "denomination", "denomination sociale", "societe", "nom de la societe", "entreprise", "nom de l entreprise", "account",
        "account name", "client name", "company", "company name", "business name", "name",
    ),
    Field.KIND: (
        "type", "type de compte", "type de client", "type client", "nature", "categorie", "forme", "forme juridique", "kind",
        "account type", "account kind", "client type", "legal form", "category",
    ),
    Field.RELATION: (
        "relation", "client ou fournisseur", "client fournisseur", "client or supplier", "client supplier", "type de relation",
        "relation type", "type de tiers", "tiers",
    ),
    Field.FIRST_NAME: (
        "prenom", "prenom du contact", "prenom contact", "first name", "firstname", "given name", "forename", "contact first name",
    ),
    Field.LAST_NAME: (
        "nom", "nom de famille", "nom du contact", "nom contact", "last name", "lastname", "surname", "family name",
        "contact last name",
    ),
    Field.EMAIL: (
        "e mail", "email", "mail", "courriel", "mel", "adresse e mail", "adresse email", "adresse mail", "adresse electronique",
        "adresse courriel", "e mail 1", "email 1", "mail 1", "courriel 1", "e mail du contact", "email du contact", "e mail principal",
        "email principal", "e mail address", "email address", "contact email", "contact e mail", "primary email", "main email",
    ),
    Field.OTHER_EMAIL: (
        "e mail secondaire", "email secondaire", "autre e mail", "autre email", "deuxieme e mail", "second e mail", "e mail prive",
        "email prive", "e mail personnel", "other e mail", "other email", "second email", "secondary email", "private email",
        "alternative email", "another e mail", "another email",
    ),
    Field.PHONE: (
        "telephone", "tel", "numero de telephone", "n de telephone", "telephone 1", "gsm", "mobile", "portable", "phone", "phone number",
        "telephone number", "mobile phone", "cell", "cell phone",
    ),
    Field.LANGUAGE: ("langue", "langue du contact", "language", "lang", "taal"),
    Field.LOGIN: ("login", "acces", "acces portail", "acces client", "acces au portail", "portail", "portal", "portal access", "access"),
    Field.NOTIFY: ("notify", "notifier", "notifie", "notification", "notifications", "avertir", "prevenir", "notified"),
    Field.EMAIL_SYNC: (
        "email sync", "e mail sync", "emailsync", "sync", "synchro", "synchronisation", "synchronisation e mail", "synchronisation email",
        "synchroniser les e mails", "email synchronisation", "email synchronization",
    ),
    Field.MANAGER: (
        "gestionnaire", "gestionnaire du dossier", "gestionnaire de dossier", "responsable", "responsable du dossier", "collaborateur",
        "charge de dossier", "manager", "account manager", "client manager", "file manager",
    ),
    Field.GROUP: ("groupe", "groupe de clients", "groupe client", "group", "client group"),
    Field.TAGS: ("etiquettes", "etiquette", "tags", "tag", "labels", "label", "libelles", "mots cles", "keywords"),
    Field.CLIENT_SINCE: (
        "client depuis", "client depuis le", "date d entree", "date d arrivee", "date de debut", "entree", "client since", "customer since",
        "since", "start date",
    ),
}  # fmt: skip

# How headings look to people, one or two a field.
EXAMPLES: dict[Field, str] = {
    Field.REFERENCE: "Réf., N° client, Client no",
    Field.ACCOUNT: "Nom du compte, Client, Account name",
    Field.KIND: "Type, Forme, Kind",
    Field.RELATION: "Relation, Client ou fournisseur",
    Field.FIRST_NAME: "Prénom, First name",
    Field.LAST_NAME: "Nom, Last name",
    Field.EMAIL: "E-mail, Courriel, Email address",
    Field.OTHER_EMAIL: "E-mail 2, Autre e-mail, Second email",
    Field.PHONE: "Téléphone, GSM, Phone",
    Field.LANGUAGE: "Langue, Language",
    Field.LOGIN: "LOGIN, Accès portail, Portal access",
    Field.NOTIFY: "NOTIFY, Notifier",
    Field.EMAIL_SYNC: "EMAIL SYNC, Synchronisation",
    Field.MANAGER: "Gestionnaire, Responsable, Manager",
    Field.GROUP: "Groupe, Group",
    Field.TAGS: "Étiquettes, Tags",
    Field.CLIENT_SINCE: "Client depuis, Client since",
}

_FIELD_OF = {word: field for field in reversed(MEANINGS) for word in MEANINGS[field]}
_NUMBERED_EMAIL = re.compile(r"(e ?mail|mail|courriel|adresse e ?mail)( address)? [2-9]")


@lru_cache(maxsize=100_000)  # a plan compares the same names many times
def fold(text: str) -> str:
    """Letters and digits alone, without accents or case: "Réf." and "REF" are one heading."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


def meaning_of(heading: str) -> Field | None:
    word = fold(heading)
    return Field.OTHER_EMAIL if _NUMBERED_EMAIL.fullmatch(word) else _FIELD_OF.get(word)


def count_meanings(cells: tuple[str, ...]) -> int:
    """How many different fields the headings name; a row of data names hardly any."""
    return len({meaning_of(cell) for cell in cells} - {None})
