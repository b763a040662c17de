"""Every address of the product with one firm's codes in it, and the people who have no business there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actions.models import Action
from clients.enums import ListName
from clients.importing.models import ClientImport
from clients.importing.services import upload_list
from clients.models import Account, BulkChange, CustomField, Group, SavedView, Tag
from clients.saved_views import save_view
from files.enums import Area
from files.models import File
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import FailedTask, User
from firms.services import raise_failed_task, write_activity
from kinds.chats.models import ChatMessage, MessageFile
from kinds.client_tasks.attached import attach
from kinds.client_tasks.models import Task
from kinds.client_tasks.queries import tasks_of
from reminders.asking.batches import start_batch, word_batch
from reminders.asking.templates import TemplateWords, add_template
from reminders.asking.words import Words
from reminders.enums import PeopleRule
from reminders.models import AskBatch, RequestTemplate
from reminders.rules import Schedule
from tenancy.context import firm_context
from tests.approving import approval
from tests.chatting import wrote
from tests.documenting import Papers, make_papers, shared_link
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.second_steps import give_passkey
from tests.signing import asked, follow_link, make_client_user, pdf_upload, signed_in
from tests.tasking import tasked
from tests.tenancy.any_row import tenant_models

# What only Cabinet Lumière may ever be shown: its clients, their addresses, what is asked of them. No example of ours is called so.
SECRETS = ("Zylberstein", "nadia@zylberstein.example", "Tilleuls", "Lettre de mission", "clients-lumiere.csv")
DOCUMENTS = ("application/pdf", "image/png", "text/csv")
TO_THE_SIGN_IN = ("/sign-in/", "/c/")


@dataclass(frozen=True, slots=True)
class Scene:
    """Cabinet Lumière with one of everything, and Kantoor Peeters beside it."""

    lumiere: Lumiere
    peeters: Peeters
    action: Action
    client_import: ClientImport
    task: FailedTask
    nadia: User
    lotte: User
    passkey: Authenticator  # Claire's
    bulk: BulkChange  # hers too, as is the view
    view: SavedView
    field: CustomField
    group: Group
    tag: Tag
    batch: AskBatch  # Claire's
    template: RequestTemplate
    list: Action  # of tasks, one of which has a file
    list_task: Task
    list_file: File
    papers: Papers
    chat: Action
    message: ChatMessage  # in it, with a file
    chat_file: File
    approval: Action

    @property
    def items(self) -> tuple[Action, ...]:
        """One request of each kind, all asked of Nadia: she has opened the link of each."""
        return self.action, self.list, self.papers.request, self.chat, self.approval

    @property
    def codes(self) -> Mapping[str, str]:
        """What can stand in an address."""
        lumiere = self.lumiere
        return {
            "account": lumiere.bakery.code,
            "action": self.action.code,
            "address": lumiere.nadia_address.code,
            "contact": lumiere.nadia.code,
            "firm": lumiere.firm.code,
            "import": self.client_import.code,
            "staff": lumiere.emma.code,
            "task": self.task.code,
            "passkey": str(self.passkey.pk),
            "field": self.field.code,
            "group": self.group.code,
            "tag": self.tag.code,
            "bulk": self.bulk.code,
            "view": self.view.code,
            "batch": self.batch.code,
            "template": self.template.code,
            **self.papers.codes,
            "list": self.list.code,
            "list_task": self.list_task.code,
            "list_file": self.list_file.code,
            "chat": self.chat.code,
            "thread": self.chat.topic,
            "message": self.message.code,
            "chat_file": self.chat_file.code,
            "approval": self.approval.code,
            "token": "a" * 32,  # of nobody's link: the right one is a key, and tried in tests/access
        }


@dataclass(frozen=True, slots=True)
class Door:
    """How an address is filled in: names of `Scene.codes`, or plain values; `query` takes `{names}`.

    `whose` says who belongs there: staff, a client with the e-mailed link, a client who has signed in, or everybody.
    """

    args: tuple[str | int, ...] = ()
    query: str = ""
    whose: str = "staff"


def staff(*args: str | int, query: str = "") -> Door:
    return Door(args, query)


def by_link(*args: str | int) -> Door:
    return Door(args, whose="link")


def everybody(*args: str | int) -> Door:
    return Door(args, whose="everybody")


DOORS: Mapping[str, Door] = {
    "home": staff(),
    "failed_task_list": staff(),
    "failed_task_resolve": staff("task"),
    "action_list": staff(query="view=all&q=mission"),
    "action_show": staff("action"),
    "action_bulk_ask": staff(query="view=all&q=mission"),
    "action_bulk_do": staff(query="view=all&q=mission"),
    "action_bulk_undo": staff("a" * 16),
    "activity_list": staff(query="account={account}"),
    "activity_export": staff(query="account={account}"),
    "settings_firm": staff(),
    "settings_firm_preview": staff(),
    "settings_firm_effect": staff(),
    "settings_firm_sample": staff(),
    "setup": staff(),
    "setup_step": staff(1),
    "settings_place": staff(query="country=BE"),
    "team": staff(),
    "team_invite": staff(query="again={staff}"),
    "team_member": staff("staff"),
    "team_resend": staff("staff"),
    "team_pass_on": staff("staff"),
    "team_remove": staff("staff"),
    "search": staff(query="q=zylberstein"),
    "healthz": everybody(),
    "action_remind": staff("action"),
    "action_remind_preview": staff("action", query="on=on&every_days=3&at_most=1"),
    "action_resend": staff("action"),
    "action_withdraw": staff("action"),
    "import_new": staff(),
    "import_sample": everybody(),
    "import_show": staff("import"),
    "import_columns": staff("import"),
    "import_progress": staff("import"),
    "import_confirm": staff("import"),
    "import_stop": staff("import"),
    "import_tick": staff("import"),
    "import_left_out": staff("import"),
    "account_new": staff(),
    "account_edit": staff("account"),
    "contact_link": staff("account"),
    "contact_new": staff("account"),
    "contact_edit": staff("account", "contact"),
    "contact_unlink": staff("account", "contact"),
    "address_add": staff("account"),
    "preferences_edit": staff("account", "address"),
    "contact_list": staff(query="q=zylberstein"),
    "contact_show": staff("contact"),
    "contact_change": staff("contact"),
    "contact_merge": staff("contact"),
    "contact_account": staff("contact"),
    "contact_archive": staff("contact"),
    "contact_restore": staff("contact"),
    "settings_fields": staff(),
    "settings_field": staff("field"),
    "settings_field_move": staff("field"),
    "settings_field_delete": staff("field"),
    "settings_groups": staff(),
    "settings_group": staff("group"),
    "settings_group_merge": staff("group"),
    "settings_group_delete": staff("group"),
    "settings_tags": staff(),
    "settings_tag": staff("tag"),
    "settings_tag_merge": staff("tag"),
    "settings_tag_delete": staff("tag"),
    "account_list": staff(query="q=zylberstein"),
    "account_list_nobody": staff(),
    "account_export": staff(query="q=zylberstein"),
    "account_bulk_ask": staff(query="q=zylberstein"),
    "account_bulk_do": staff(query="q=zylberstein"),
    "account_bulk_undo": staff("bulk"),
    "account_invite_ask": staff(query="q=zylberstein"),
    "account_invite_many": staff(query="q=zylberstein"),
    "saved_view_add": staff("accounts"),
    "saved_view_change": staff("view"),
    "saved_view_delete": staff("view"),
    "account_show": staff("account"),
    "account_requests": staff("account"),
    "account_activity": staff("account"),
    "account_archive": staff("account"),
    "account_restore": staff("account"),
    "switch_set": staff("account", "address"),
    "client_invite": staff("account", "address"),
    "address_primary": staff("account", "address"),
    "address_remove": staff("account", "address"),
    "address_change": staff("account", "address"),
    "address_change_invite": staff("account", "address"),
    "address_change_finish": staff("account", "address"),
    "ask_start": staff(),
    "ask_many_list": staff(),
    "ask_many_show": staff("batch"),
    "ask_many_words": staff("batch"),
    "ask_many_confirm": staff("batch"),
    "ask_many_progress": staff("batch"),
    "ask_many_stop": staff("batch"),
    "account_ask": staff(query="q=zylberstein"),
    "account_ask_start": staff(query="q=zylberstein"),
    "settings_templates": staff(),
    "settings_template_new": staff(query="kind=signature"),
    "settings_template": staff("template"),
    "settings_template_duplicate": staff("template"),
    "settings_template_delete": staff("template"),
    "ask_new": staff("signature", query="account={account}"),
    "ask_recipients": staff("signature", query="account={account}&people={contact}"),
    "account_chats": staff("account"),
    "thread_list": staff(query="q=zylberstein"),
    "thread_show": staff("thread"),
    "thread_side": staff("thread"),
    "thread_since": staff("thread", query="after={message}"),
    "thread_earlier": staff("thread", query="before={message}"),
    "thread_write": staff("thread"),
    "thread_read": staff("thread"),
    "thread_people": staff("thread"),
    "thread_archive": staff("thread"),
    "thread_reopen": staff("thread"),
    "thread_file": staff("thread", "chat_file"),
    "portal_chats": Door(whose="client"),
    "portal_chat_new": Door(whose="client"),
    "portal_chat": Door(("thread",), whose="client"),
    "portal_chat_since": Door(("thread",), "after={message}", "client"),
    "portal_chat_earlier": Door(("thread",), "before={message}", "client"),
    "portal_chat_write": Door(("thread",), whose="client"),
    "portal_chat_read": Door(("thread",), whose="client"),
    "portal_chat_file": Door(("thread", "chat_file"), whose="client"),
    "item_chat_since": Door(("chat",), "after={message}", "link"),
    "item_chat_earlier": Door(("chat",), "before={message}", "link"),
    "item_chat_write": by_link("chat"),
    "item_chat_read": by_link("chat"),
    "item_chat_file": by_link("chat", "chat_file"),
    "approval_list": staff(query="q=zylberstein"),
    "account_approvals": staff("account"),
    "approval_files": staff(query="account={account}&file={pdf}"),
    "approval_request_ask": staff(),
    "approval_request_send": staff(),
    "approval_document": staff("approval", 1),
    "approval_file": staff("approval", 1),
    "approval_page": staff("approval", 1, 1),
    "approval_picture": staff("approval", 2),
    "signature_file": staff("action"),
    "signature_page": staff("action", 1),
    "task_add": staff("list"),
    "task_change": staff("list", "list_task"),
    "task_tick": staff("list", "list_task"),
    "task_remove": staff("list", "list_task"),
    "task_attach": staff("list", "list_task"),
    "task_detach": staff("list", "list_task", "list_file"),
    "task_file": staff("list", "list_file"),
    "document_list": staff(query="q=zylberstein"),
    "file_show": staff("pdf"),
    "file_version": staff("pdf"),
    "file_rename": staff("pdf"),
    "file_move": staff("pdf"),
    "file_trash": staff("pdf"),
    "file_restore": staff("pdf"),
    "file_download": staff("pdf", 1),
    "file_picture": staff("photo", 1),
    "file_page": staff("pdf", 1, 1),
    "account_documents": staff("account", query="folder={folder}"),
    "documents_count": staff("account"),
    "documents_who": staff("account"),
    "documents_upload": staff("account"),
    "documents_bulk": staff("account"),
    "documents_restore": staff("account", query="row={pdf}"),
    "documents_trash": staff("account"),
    "folder_make": staff("account"),
    "folder_rename": staff("account", "folder"),
    "folder_delete": staff("account", "folder"),
    "vat_rhythm": staff("account"),
    "period_reopen": staff("account", "period"),
    "portal_documents": Door(query="folder={folder}", whose="client"),
    "portal_upload": Door(whose="client"),
    "portal_complete": Door(whose="client"),
    "portal_file": Door(("pdf",), whose="client"),
    "item_documents_upload": by_link("documents"),
    "item_documents_complete": by_link("documents"),
    "item_documents_file": by_link("documents", "received"),
    "shared_show": by_link("shared"),
    "shared_file": by_link("shared", "pdf"),
    "portal_home": Door(whose="client"),
    "account_switch": Door(("account",), whose="client"),
    "account_choice": Door(whose="client"),
    "portal_done": Door(whose="client"),
    "portal_profile": Door(whose="client"),
    "portal_preferences": Door(whose="client"),
    "preview_start": staff("account", "address"),
    "preview_end": staff(),
    "item_page": by_link("action"),
    "item_task": by_link("list", "list_task"),
    "item_task_attach": by_link("list", "list_task"),
    "item_task_file": by_link("list", "list_file"),
    "item_approval_approve": by_link("approval"),
    "item_approval_refuse": by_link("approval"),
    "item_approval_code": by_link("approval"),
    "item_approval_code_again": by_link("approval"),
    "item_approval_document": by_link("approval", 1),
    "item_approval_file": by_link("approval", 1),
    "item_approval_page": by_link("approval", 1, 1),
    "item_approval_picture": by_link("approval", 2),
    "item_signature_sign": by_link("action"),
    "item_signature_decline": by_link("action"),
    "item_signature_code": by_link("action"),
    "item_signature_code_again": by_link("action"),
    "item_signature_file": by_link("action"),
    "item_signature_page": by_link("action", 1),
    "item_link": everybody("token"),
    "preferences": everybody("firm", "account", "address", "token"),  # the right proof is a key, and tried in tests/access
    "preference_off": everybody("firm", "account", "address", "token", "wants_signatures"),
    "copy_of_link": everybody(),
    "invitation": everybody("token"),
    "sign_up": everybody(),
    "sign_up_sent": everybody(),
    "account_login": everybody(),
    "client_sign_in": everybody("firm"),
    "account_logout": everybody(),
    "account_change_password": everybody(),
    "account_reset_password": everybody(),
    "account_reset_password_done": everybody(),
    "account_reset_password_from_key": everybody("1", "set-password"),
    "account_reset_password_from_key_done": everybody(),
    "firm_logo": everybody("firm", 1),
    "social_icon": everybody("linkedin"),
    "set_language": everybody(),
    "settings_security": staff(),
    "client_passkey_sign_in": everybody("firm"),
    "client_code_ask": everybody("firm"),
    "client_code_enter": everybody("firm"),
    "client_code_again": everybody("firm"),
    "activation": everybody("firm", "address", "token"),  # the right proof is a key, and tried in tests/access
    # Everybody's own: whoever is signed in finds themself there, and nothing of anybody else.
    "mfa_index": everybody(),
    "mfa_authenticate": everybody(),
    "mfa_login_webauthn": everybody(),
    "account_reauthenticate": everybody(),
    "mfa_reauthenticate": everybody(),
    "mfa_reauthenticate_webauthn": everybody(),
    "mfa_activate_totp": everybody(),
    "mfa_deactivate_totp": everybody(),
    "mfa_view_recovery_codes": everybody(),
    "mfa_generate_recovery_codes": everybody(),
    "mfa_download_recovery_codes": everybody(),
    "mfa_list_webauthn": everybody(),
    "mfa_add_webauthn": everybody(),
    "mfa_edit_webauthn": everybody("passkey"),
    "mfa_remove_webauthn": everybody("passkey"),
}
# invitation and item_link once more, for what mail programs make of links
UNNAMED = {r"^invitation(?:/(?P<token>[\s\S]*))?\Z", r"^l(?:/(?P<token>[\s\S]*))?\Z"}

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


def addresses() -> Iterator[str]:
    """The name of every address of the product, or its pattern where it has none."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern.name or str(pattern.pattern)

    return walk(get_resolver().url_patterns)


def path_of(name: str, scene: Scene) -> str:
    door = DOORS[name]
    args = [scene.codes.get(str(arg), arg) for arg in door.args]
    query = door.query.format(**scene.codes)
    return reverse(name, args=args) + (f"?{query}" if query else "")


def give_rare_names(lumiere: Lumiere) -> None:
    lumiere.bakery.name = "Ambulances Zylberstein"
    lumiere.nadia.last_name = "Zylberstein"
    lumiere.nadia_address.email = "nadia@zylberstein.example"
    for row in (lumiere.bakery, lumiere.nadia, lumiere.nadia_address):
        row.save()


@pytest.fixture
def scene(two_firms: tuple[Lumiere, Peeters]) -> Scene:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        give_rare_names(lumiere)
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        content = b"Nom du compte;E-mail\nGarage Zylberstein;garage@zylberstein.example\n"
        client_import = upload_list(
            firm=lumiere.firm, file=ContentFile(content), name="clients-lumiere.csv", size=len(content), staff=lumiere.claire, now=START
        )
        raise_failed_task(firm=lumiere.firm, kind=FailedTaskKind.BOUNCED, key="x", subject=lumiere.nadia_address.email, now=START)
        write_activity(
            firm=lumiere.firm, by=Actor.staff(lumiere.claire), verb=Verb.CONTACT_CREATED, now=START, subject=lumiere.nadia.name,
            account_id=lumiere.bakery.pk,
        )  # fmt: skip
        task = FailedTask.objects.get()
        bulk = BulkChange.objects.create(
            firm=lumiere.firm, staff=lumiere.claire, act="tag", before={"to": 0, "rows": {}, "accounts": 0}, at=START
        )
        view = save_view(staff=lumiere.claire, of=ListName.ACCOUNTS, name="Zylberstein", query="q=zylberstein")
        field = CustomField.objects.create(firm=lumiere.firm, name="Zylberstein", kind="text")
        group = Group.objects.create(firm=lumiere.firm, name="Zylberstein")
        tag = Tag.objects.create(firm=lumiere.firm, name="Zylberstein")
        batch = start_batch(staff=lumiere.claire, kind="signature", accounts=[lumiere.bakery.pk], now=START)
        word_batch(batch=batch, words=Words("Zylberstein"), usual_message=True, rule=PeopleRule.MAIN, payload={"document": ""})
        words = TemplateWords("Zylberstein", "Lettre de mission", "", None, Schedule(), {})
        template = add_template(firm=lumiere.firm, kind="signature", words=words, by=Actor.staff(lumiere.claire), now=START)
    tasks = tasked(lumiere, title="Tâches Zylberstein")
    with firm_context(lumiere.firm.pk):
        first = tasks_of(tasks)[0]
        file = attach(action=tasks, code=first.code, area=Area.FIRM, upload=pdf_upload(), by=Actor.staff(lumiere.claire), now=START)
        chat = wrote(lumiere, title="Bail Zylberstein", people=[lumiere.nadia], uploads=[pdf_upload()])
        message = ChatMessage.objects.get()
        chat_file = MessageFile.objects.get().file
    papers = make_papers(lumiere, "Zylberstein")
    approve = approval(lumiere, title="Comptes Zylberstein", names=("zylberstein.pdf", "plan.png"))
    nadia = make_client_user(lumiere.firm, lumiere.nadia_address)
    lotte = make_client_user(peeters.firm, peeters.lotte_address)
    passkey = give_passkey(lumiere.claire, "Zylberstein")
    return Scene(
        lumiere, peeters, action, client_import, task, nadia, lotte, passkey, bulk, view, field, group, tag, batch, template,
        tasks, first, file, papers, chat, message, chat_file, approve,
    )  # fmt: skip


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
