"""The document of a request, for whoever its door has let through."""

from django.http import Http404

from actions.models import Action
from kinds.signatures.models import SignatureRequest
from kinds.signatures.queries import request_of
from kinds.signatures.services import KIND


def signature_request(action: Action) -> SignatureRequest:
    """The document of an action that somebody's door has let through; 404 when it is of another kind."""
    if action.kind != KIND:
        raise Http404
    return request_of(action)
