"""What e-mails say beside their own rows: the firm's look, where answers go, what went before, who has access to activate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clients.models import AccountAddress, Address
from firms.models import Firm
from firms.queries import owner_address
from notifications.brands import brand_of
from notifications.models import Notice
from templates_email.brand import Brand, team_brand

type About = tuple[int, int]  # of a request, or an account, and an address


@dataclass(frozen=True)
class Beside:
    """`begun` has the id of the first e-mail about each request that really went to the address, and of the firm's copy of it."""

    firm: Firm
    begun: Mapping[About, "Begun"]
    with_login: Collection[About]  # accounts and addresses that await activation, where LOGIN is on

    @cached_property
    def brand(self) -> Brand:
        return brand_of(self.firm)

    @cached_property
    def team_brand(self) -> Brand:
        return team_brand(self.firm.name, f"{self.firm.pk}.team")

    @cached_property
    def owner(self) -> str:
        return owner_address(self.firm)

    def has_login(self, notice: Notice) -> bool:
        """Whether its reader may sign in for its account, and has not activated that yet."""
        return (notice.account_id or 0, notice.address_id or 0) in self.with_login

    def thread_of(self, notice: Notice) -> str:
        """The id of the e-mail that this one follows; empty where it is the first. Copies have a thread of their own."""
        told = notice.copy_of or notice
        begun = self.begun.get((told.action_id or 0, told.address_id or 0))
        if begun is None or begun.notice_id >= told.pk or told.link_digest is None:
            return ""
        return begun.copied if notice.copy_of else begun.message_id


@dataclass(frozen=True, slots=True)
class Begun:
    notice_id: int
    message_id: str
    copied: str


def beside(firm: Firm, notices: Sequence[Notice]) -> Beside:
    """Of notices that come with what is `SHOWN`; at most two queries, and one for the owner where that is asked."""
    told = [notice.copy_of or notice for notice in notices]
    return Beside(firm, _begun(firm, told, copied=any(notice.copy_of_id for notice in notices)), _with_login(firm, told))


def _begun(firm: Firm, told: Sequence[Notice], *, copied: bool) -> dict[About, Begun]:
    """First notices have nothing before them."""
    later = [notice for notice in told if notice.action_id and notice.link_digest and not _is_first(notice)]
    if not later:
        return {}
    went = Notice.objects.filter(
        firm=firm,
        action__in={notice.action_id for notice in later},
        address__in={notice.address_id for notice in later},
        link_digest__isnull=False,
        message__sent_at__isnull=False,
    )
    first = went.order_by("action_id", "address_id", "pk").distinct("action_id", "address_id")
    columns = ("action_id", "address_id", "pk", "message__message_id", *(("copies__message__message_id",) if copied else ()))
    return {(action, address): Begun(pk, sent, *(ids or ("",))) for action, address, pk, sent, *ids in first.values_list(*columns)}


def _is_first(notice: Notice) -> bool:
    return notice.key == request_key(notice.action_id or 0, notice.address_id or 0)


def request_key(action_id: int, address_id: int) -> str:
    """Of the first notice about a request."""
    return f"request:{action_id}:{address_id}"


def _with_login(firm: Firm, told: Sequence[Notice]) -> set[About]:
    awaiting = {notice.address.pk for notice in told if notice.address and notice.account_id and awaits_activation(notice.address)}
    if not awaiting:
        return set()
    uses = AccountAddress.objects.filter(firm=firm, address__in=awaiting, login=True)
    return set(uses.values_list("account_id", "address_id"))


def awaits_activation(address: Address) -> bool:
    """Nobody signs in with it, and it has not been replaced; whether LOGIN is on is asked besides."""
    return address.is_linked and (address.user is None or not address.user.is_active)
