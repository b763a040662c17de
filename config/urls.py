"""Every door of the house."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("requests/", include("reminders.urls")),
    path("", include("desk.urls")),
    path("contacts/", include("desk.urls_contacts")),
    path("settings/", include("desk.urls_client_settings")),
    path("accounts/import/", include("clients.importing.urls")),
    path("accounts/", include("clients.urls")),
    path("accounts/", include("desk.urls_accounts")),
    path("client-tasks/", include("kinds.client_tasks.urls")),
    path("reminders/", include("desk.urls_reminders")),
    path("approvals/", include("desk.urls_approvals")),
    path("approvals/", include("kinds.approvals.urls")),
    path("documents/", include("desk.urls_documents")),
    path("messages/", include("kinds.chats.urls")),
    path("signatures/", include("kinds.signatures.urls")),
    path("", include("portal.urls")),
    path("", include("tracking.urls")),
    path("", include("access.urls")),
    *([path("demo/", include("demo.urls"))] if settings.DEMO else []),
]
