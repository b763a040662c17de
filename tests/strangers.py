"""People at doors where they have no business, and what must not happen there."""

from collections.abc import Callable, Mapping

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from clients.models import Account
from tenancy.context import firm_context
from tests.documenting import shared_link
from tests.doors import DOORS, path_of
from tests.scene import SECRETS, Scene
from tests.signing import follow_link, pdf_upload, signed_in
from tests.tenancy.any_row import tenant_models

DOCUMENTS = ("application/pdf", "image/png", "text/csv")
TO_THE_SIGN_IN = ("/sign-in/", "/c/")

# Whatever the forms behind these addresses might take: a POST that gets through would change something.
POSTED: dict[str, object] = {
    **dict.fromkeys(("account", "first_name", "last_name", "message", "name", "reason", "text", "title", "typed_name"), "Stolen"),
    **dict.fromkeys(("agree", "confirm", "notify", "on", "value"), "on"),
    "at_most": "9",
    "code": "123456",
    "email": "thief@client.example",
    "every_days": "1",
    "kind": "person",
    "language": "fr",
    "switch": "notify",
}


# Everybody who has no business with these codes, as a browser that reads English.
STRANGERS: Mapping[str, Callable[[Scene], Client]] = {
    "anonymous": lambda scene: Client(),
    "staff of another firm": lambda scene: signed_in(scene.peeters.wim),
    "client of another firm": lambda scene: signed_in(scene.lotte),
    "employee without rights": lambda scene: signed_in(scene.lumiere.paulo),
}


def browser_of(whose: str, scene: Scene) -> Client:
    """Who belongs at such a door."""
    if whose == "staff":
        return signed_in(scene.lumiere.claire)
    if whose == "client":
        return signed_in(scene.nadia)
    browser = Client()
    for item in scene.items if whose == "link" else ():
        follow_link(browser, item, scene.lumiere.nadia_address)
    if whose == "link":
        browser.get(shared_link(scene.lumiere.bakery, scene.lumiere.nadia_address))
    return browser


def let_in(response: HttpResponseBase) -> bool:
    """Whether an answer is more than a refusal or the way to a sign-in page; a wrong method is looked at after the door."""
    if response.status_code == 302:
        return not response.headers["Location"].startswith(TO_THE_SIGN_IN)
    return response.status_code in (200, 204, 303, 405, 422)


def given_away(response: HttpResponseBase) -> list[str]:
    """An error, or what only Cabinet Lumière may be shown."""
    shown = getattr(response, "content", b"").decode(errors="replace")
    failed = [f"answers {response.status_code}"] if response.status_code >= 500 else []
    return [*failed, *(f"shows {secret}" for secret in SECRETS if secret in shown)]


def wrongs_of(name: str, response: HttpResponseBase) -> list[str]:
    """What an answer gives away to somebody who has no business there; nothing at all where all is well."""
    wrongs = given_away(response)
    if DOORS[name].args and DOORS[name].whose != "everybody" and response.status_code not in (302, 403, 404, 405):
        wrongs.append(f"answers {response.status_code} to another's codes")
    if response.status_code == 302 and not response.headers["Location"].startswith((*TO_THE_SIGN_IN, "/")):
        wrongs.append(f"leads to {response.headers['Location']}")
    if response.headers.get("Content-Type", "").split(";")[0] in DOCUMENTS and DOORS[name].whose != "everybody":
        wrongs.append("hands out a document")
    return wrongs


def rows_of(scene: Scene) -> dict[str, list[str]]:
    """Everything that Cabinet Lumière owns."""
    with firm_context(scene.lumiere.firm.pk):
        return {m._meta.label: sorted(map(repr, m._base_manager.filter(firm=scene.lumiere.firm).values_list())) for m in tenant_models()}


def try_every_door(scene: Scene, browser: Client) -> list[str]:
    """GET and POST at every address with Cabinet Lumière's codes; what went wrong, a sentence each."""
    wrongs = []
    for name in DOORS:
        path = path_of(name, scene)
        for response in (browser.get(path), browser.post(path, POSTED)):
            wrongs += [f"{response.request['REQUEST_METHOD']} {name}: {wrong}" for wrong in wrongs_of(name, response)]
    return wrongs


def try_codes_in_forms(scene: Scene) -> list[str]:
    """Wim at doors of his own, with Cabinet Lumière's codes where a form names somebody; what went wrong, a sentence each."""
    browser, codes = signed_in(scene.peeters.wim), scene.codes
    garage, claire = scene.peeters.garage.code, scene.lumiere.claire.code
    bodies: list[tuple[str, list[str], dict[str, object]]] = [
        ("account_new", [], {"kind": "company", "name": "Garage", "manager": claire}),
        ("account_edit", [garage], {"kind": "company", "name": "Garage", "manager": claire}),
        ("contact_link", [garage], {"contact": codes["contact"]}),
        ("contact_edit", [garage, codes["contact"]], {"last_name": "Stolen"}),
        ("contact_unlink", [garage, codes["contact"]], {}),
        ("address_add", [garage], {"contact": codes["contact"], "email": "thief@client.example"}),
        ("preferences_edit", [garage, codes["address"]], {}),
        ("switch_set", [garage, codes["address"]], POSTED),
        ("client_invite", [garage, codes["address"]], {}),
        ("address_primary", [garage, codes["address"]], {}),
        ("address_remove", [garage, codes["address"]], {}),
        ("address_change", [garage, codes["address"]], {"email": "thief@client.example"}),
        ("address_change_invite", [garage, codes["address"]], {}),
        ("address_change_finish", [garage, codes["address"]], {}),
        ("account_bulk_do", [], {"bulk": "archive", "row": [codes["account"]]}),
        ("action_bulk_ask", [], {"bulk": "resend", "row": [codes["action"]]}),
        ("action_bulk_do", [], {"bulk": "withdraw", "row": [codes["action"]], "account": codes["account"]}),
        ("account_ask", [], {"bulk": "ask", "row": [codes["account"]]}),
        ("account_ask_start", [], {"chosen": "signature", "row": [codes["account"]]}),
        ("account_invite_ask", [], {"row": [codes["account"]]}),
        ("account_invite_many", [], {"row": [codes["account"]], "again": "on"}),
        ("account_bulk_do", [], {"bulk": "manager", "row": [garage], "chosen": claire}),
        ("account_bulk_ask", [], {"bulk": "manager", "row": [codes["account"], garage]}),
        ("documents_bulk", [garage], {"bulk": "trash", "row": [codes["pdf"]]}),
        ("documents_bulk", [garage], {"bulk": "move", "row": [codes["pdf"]], "to": codes["folder"]}),
        ("documents_restore", [garage], {"row": [codes["pdf"]]}),
        ("documents_upload", [garage], {"folder": codes["folder"], "files": pdf_upload()}),
        ("folder_make", [garage], {"folder": codes["folder"], "name": "Stolen"}),
        ("folder_rename", [garage, codes["folder"]], {"name": "Stolen"}),
        ("period_reopen", [garage, codes["period"]], {}),
        ("contact_merge", [scene.peeters.lotte.code], {"with": codes["contact"]}),
        ("contact_account", [scene.peeters.lotte.code], {"account": codes["account"]}),
        ("settings_groups", [], {"name": "Thieves", "members": [claire]}),
        ("team_remove", [scene.peeters.wim.code], {"successor": claire}),
        ("approval_request_send", [], {"row": [codes["approval"]], "message": "Stolen"}),
        ("approval_request_send", [], {"all": "on", "account": codes["account"], "message": "Stolen"}),
        ("ask_new", ["approval"], {"file": [codes["pdf"]], "uploads": pdf_upload(), "people": [codes["contact"]], "go_on": "on"}),
        ("ask_new", ["chat"], {"title": "Thieves", "message": "Thieves", "people": [codes["contact"]], "every_days": "3", "at_most": "1"}),
        ("ask_new", ["signature"], {"document": pdf_upload(), "people": [codes["contact"], str(scene.lumiere.nadia.pk)], "go_on": "on"}),
    ]
    wrongs = []
    for name, args, body in bodies:
        query = f"?account={garage}" if name == "ask_new" else ""
        response = browser.post(reverse(name, args=args) + query, body)
        wrongs += [f"POST {name}: {wrong}" for wrong in given_away(response)]
    return wrongs


def accounts_of_peeters(scene: Scene) -> list[tuple[str, str, list[str]]]:
    """Each account of Kantoor Peeters with its manager and its people."""
    with firm_context(scene.peeters.firm.pk):
        accounts = Account.objects.filter(firm=scene.peeters.firm).select_related("manager")
        return [(each.name, str(each.manager), [link.contact.name for link in each.links.all()]) for each in accounts]
