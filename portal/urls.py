from django.urls import include, path

from portal import views, views_documents, views_own

urlpatterns = [
    path("portal/", views.portal_home, name="portal_home"),
    path("portal/done/", views.portal_done, name="portal_done"),
    path("portal/documents/", views_documents.portal_documents, name="portal_documents"),
    path("portal/documents/upload/", views_documents.portal_upload, name="portal_upload"),
    path("portal/documents/complete/", views_documents.portal_complete, name="portal_complete"),
    path("portal/documents/<slug:code>/", views_documents.portal_file, name="portal_file"),
    path("portal/preferences/", views_own.portal_preferences, name="portal_preferences"),
    path("portal/profile/", views_own.portal_profile, name="portal_profile"),
    path("portal/accounts/", views.account_choice, name="account_choice"),
    path("portal/account/<slug:code>/", views.account_switch, name="account_switch"),
    path("portal/messages/", include("portal.urls_chats")),
    path("a/<slug:code>/", views.item_page, name="item_page"),
    path("a/<slug:code>/opened/", views.item_opened, name="item_opened"),
    path("a/<slug:code>/", include("kinds.chats.urls_client")),
    path("a/<slug:code>/", include("kinds.client_tasks.urls_client")),
    path("a/<slug:code>/", include("kinds.approvals.urls_client")),
    path("a/<slug:code>/", include("kinds.signatures.urls_client")),
    path("a/<slug:code>/", include("kinds.documents.urls_client")),
]
