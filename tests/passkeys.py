"""A device that keeps passkeys, in software: what a browser and its authenticator would answer."""

import hashlib
import json
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from firms.models import User
from tenancy.context import firm_context

PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Device:
    """Holds one passkey of one user."""

    user: User
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def made(self, options: Mapping[str, Any]) -> str:
        """The answer to the wish for a new passkey."""
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AttestedCredentialData.create(Aaguid(bytes(16)), self.credential_id, public)
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        auth_data = AuthenticatorData.create(_hash(options["publicKey"]["rp"]["id"]), flags, 1, bytes(data))
        attested = AttestationObject.create("none", auth_data, {})
        response = {"clientDataJSON": _client_data("webauthn.create", options), "attestationObject": websafe_encode(bytes(attested))}
        return self._answer(response, {"credProps": {"rk": True}})

    def used(self, options: Mapping[str, Any]) -> str:
        """The answer to a challenge: signed, whoever asks."""
        client_data = _client_data_bytes("webauthn.get", options)
        auth_data = _hash(options["publicKey"]["rpId"]) + struct.pack(">BL", PRESENT_AND_VERIFIED, 2)
        signature = self.key.sign(auth_data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(auth_data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
        }
        return self._answer(response, {})

    def _answer(self, response: Mapping[str, str], extensions: Mapping[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": extensions})

    def kept(self, name: str = "Office laptop") -> Authenticator:
        """The row as if it had been added before."""
        options = {"publicKey": {"rp": {"id": "localhost"}, "challenge": "AAAA"}}
        with firm_context(self.user.firm_id):
            data = {"name": name, "credential": json.loads(self.made(options))}
            return Authenticator.objects.create(user=self.user, type=Authenticator.Type.WEBAUTHN, data=data)


def ask(client: Client, path: str) -> Any:
    """The challenge that a sign-in page's script fetches."""
    return client.get(path, headers={"Accept": "application/json"}).json()["request_options"]


def _hash(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()


def _client_data_bytes(kind: str, options: Mapping[str, Any]) -> bytes:
    return json.dumps({"type": kind, "challenge": options["publicKey"]["challenge"], "origin": settings.SITE_URL}).encode()


def _client_data(kind: str, options: Mapping[str, Any]) -> str:
    return websafe_encode(_client_data_bytes(kind, options))
