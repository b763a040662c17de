from django.urls import path

from desk.activity import activity_list
from desk.activity_export import activity_export
from desk.failed_tasks import failed_task_list, failed_task_resolve
from desk.firm_settings import settings_firm, settings_firm_effect, settings_firm_preview, settings_firm_sample
from desk.health import healthz, metrics, readyz
from desk.mail_hold import outbox_hold, outbox_hold_undo, outbox_release
from desk.outbox import outbox_list
from desk.outbox_mail import outbox_cancel, outbox_mail, outbox_retry, outbox_show
from desk.place import settings_place
from desk.reminder_settings import settings_closed_add, settings_closed_remove, settings_reminders, settings_reminders_effect
from desk.request_bulk import action_bulk_ask, action_bulk_do, action_bulk_undo
from desk.requests import action_list, action_show
from desk.saved_views import saved_view_add, saved_view_change, saved_view_delete
from desk.search import search
from desk.security import settings_security
from desk.sending import settings_sending, settings_sending_keep
from desk.set_up import setup, setup_step
from desk.start import home
from desk.team import team, team_invite, team_member, team_pass_on, team_remove, team_resend
from desk.way_out import (
    settings_way,
    settings_way_again,
    settings_way_back,
    settings_way_discard,
    settings_way_edit,
    settings_way_retry,
    settings_way_use,
)

urlpatterns = [
    path("", home, name="home"),
    path("views/<slug:of>/save/", saved_view_add, name="saved_view_add"),
    path("views/<slug:code>/change/", saved_view_change, name="saved_view_change"),
    path("views/<slug:code>/delete/", saved_view_delete, name="saved_view_delete"),
    path("needs-a-person/", failed_task_list, name="failed_task_list"),
    path("needs-a-person/<slug:code>/done/", failed_task_resolve, name="failed_task_resolve"),
    path("requests/", action_list, name="action_list"),
    path("requests/bulk/", action_bulk_ask, name="action_bulk_ask"),
    path("requests/bulk/do/", action_bulk_do, name="action_bulk_do"),
    path("requests/bulk/undo/<slug:token>/", action_bulk_undo, name="action_bulk_undo"),
    path("requests/<slug:code>/", action_show, name="action_show"),
    path("settings/firm/", settings_firm, name="settings_firm"),
    path("settings/firm/preview/", settings_firm_preview, name="settings_firm_preview"),
    path("settings/firm/effect/", settings_firm_effect, name="settings_firm_effect"),
    path("settings/firm/sample/", settings_firm_sample, name="settings_firm_sample"),
    path("outbox/", outbox_list, name="outbox_list"),
    path("outbox/hold/", outbox_hold, name="outbox_hold"),
    path("outbox/release/", outbox_release, name="outbox_release"),
    path("outbox/hold/undo/", outbox_hold_undo, name="outbox_hold_undo"),
    path("outbox/<slug:code>/", outbox_show, name="outbox_show"),
    path("outbox/<slug:code>/mail/", outbox_mail, name="outbox_mail"),
    path("outbox/<slug:code>/retry/", outbox_retry, name="outbox_retry"),
    path("outbox/<slug:code>/cancel/", outbox_cancel, name="outbox_cancel"),
    path("activity/", activity_list, name="activity_list"),
    path("activity/export/", activity_export, name="activity_export"),
    path("search/", search, name="search"),
    path("setup/", setup, name="setup"),
    path("setup/<int:number>/", setup_step, name="setup_step"),
    path("settings/place/", settings_place, name="settings_place"),
    path("settings/reminders/", settings_reminders, name="settings_reminders"),
    path("settings/reminders/effect/", settings_reminders_effect, name="settings_reminders_effect"),
    path("settings/reminders/closed/", settings_closed_add, name="settings_closed_add"),
    path("settings/reminders/closed/remove/", settings_closed_remove, name="settings_closed_remove"),
    path("settings/team/", team, name="team"),
    path("settings/team/invite/", team_invite, name="team_invite"),
    path("settings/team/<slug:code>/", team_member, name="team_member"),
    path("settings/team/<slug:code>/invitation/", team_resend, name="team_resend"),
    path("settings/team/<slug:code>/owner/", team_pass_on, name="team_pass_on"),
    path("settings/team/<slug:code>/remove/", team_remove, name="team_remove"),
    path("settings/sending/", settings_sending, name="settings_sending"),
    path("settings/sending/keep/", settings_sending_keep, name="settings_sending_keep"),
    path("settings/way/", settings_way, name="settings_way"),
    path("settings/way/use/", settings_way_use, name="settings_way_use"),
    path("settings/way/back/", settings_way_back, name="settings_way_back"),
    path("settings/way/again/", settings_way_again, name="settings_way_again"),
    path("settings/way/retry/", settings_way_retry, name="settings_way_retry"),
    path("settings/way/discard/", settings_way_discard, name="settings_way_discard"),
    path("settings/way/edit/", settings_way_edit, name="settings_way_edit"),
    path("settings/security/", settings_security, name="settings_security"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
