"""Finding accounts and contacts by what somebody types: firm first, then names, references and addresses."""

from django.db.models import Q, QuerySet

from clients.models import Account, AccountContact, Contact
from clients.names import email_key, name_key, prefix_range


def accounts_matching(accounts: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Those whose name, reference, people or e-mail addresses begin with `text`; all of them when nothing was typed."""
    if not text.strip():
        return accounts
    if "\0" in text:  # PostgreSQL has no such text
        return accounts.none()
    links = AccountContact.objects.order_by()
    found = Account.objects.order_by().filter(_words("name_key", text) | _prefix("reference", text.strip())).values("pk")
    by_person = links.filter(_words("contact__name_key", text)).values("account")
    by_address = links.filter(_prefix("contact__addresses__email_key", email_key(text)), contact__addresses__removed_at=None).values(
        "account"
    )
    return accounts.filter(pk__in=found.union(by_person, by_address))


def contacts_matching(contacts: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """As `accounts_matching`, by name and e-mail address; none at all when nothing was typed."""
    if not text.strip() or "\0" in text:
        return contacts.none()
    found = Contact.objects.order_by().filter(_words("name_key", text)).values("pk")
    by_address = (
        Contact.objects.order_by().filter(_prefix("addresses__email_key", email_key(text)), addresses__removed_at=None).values("pk")
    )
    return contacts.filter(pk__in=found.union(by_address))


def _words(field: str, text: str) -> Q:
    """Each typed word begins the name or a word inside it: "tilleuls" finds "SCI des Tilleuls"."""
    words = name_key(text).split()
    if not words:
        return Q(pk__in=())
    return Q(*(_prefix(field, word) | Q(**{f"{field}__contains": f" {word}"}) for word in words))


def _prefix(field: str, start: str) -> Q:
    low, high = prefix_range(start)
    return Q(**{f"{field}__gte": low, f"{field}__lt": high})
