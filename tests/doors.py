"""Every address of the product: how it is filled in with codes of the scene, and who belongs there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.scene import Scene


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
    "settings_reminders": staff(),
    "settings_reminders_effect": staff(),
    "settings_closed_add": staff(),
    "settings_closed_remove": staff(),
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
