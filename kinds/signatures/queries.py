"""Reads about requests to sign."""

from dataclasses import dataclass
from datetime import datetime

from actions.enums import PartyRole
from actions.kinds import Description
from actions.models import Action, ActionParty
from clients.models import Contact
from kinds.signatures.models import Signature, SignatureRequest
from kinds.signatures.rules import Progress, describe_progress


@dataclass(frozen=True, slots=True)
class Signer:
    """One of the people who are to sign, and what they did."""

    contact: Contact
    signed_at: datetime | None
    evidence: Signature | None


def request_of(action: Action) -> SignatureRequest:
    """The document of an action of this kind."""
    return SignatureRequest.objects.get(firm=action.firm_id, action=action)


def signers_of(action: Action) -> list[Signer]:
    """In the order in which they were named; two queries."""
    parties = ActionParty.objects.filter(firm=action.firm_id, action=action, role=PartyRole.SIGNER).select_related("contact")
    signed = {each.party_id: each for each in Signature.objects.filter(firm=action.firm_id, party__action=action)}
    return [Signer(party.contact, party.done_at, signed.get(party.pk)) for party in parties]


def progress_of(action: Action) -> Progress:
    """Asks nothing where `parties` has been prefetched, as lists do."""
    signers = [party for party in action.parties.all() if party.role == PartyRole.SIGNER]
    return Progress(action.state, action.refused, sum(party.done_at is not None for party in signers), len(signers))


def describe(action: Action) -> Description:
    """The action's state in this kind's words."""
    return describe_progress(progress_of(action))
