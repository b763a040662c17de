from django.urls import include, path

from portal import views, views_own

urlpatterns = [
    path("portal/", views.portal_home, name="portal_home"),
    path("portal/done/", views.portal_done, name="portal_done"),
    path("portal/preferences/", views_own.portal_preferences, name="portal_preferences"),
    path("portal/profile/", views_own.portal_profile, name="portal_profile"),
    path("portal/accounts/", views.account_choice, name="account_choice"),
    path("portal/account/<slug:code>/", views.account_switch, name="account_switch"),
    path("portal/messages/", include("portal.urls_chats")),
    path("a/<slug:code>/", views.item_page, name="item_page"),
    path("a/<slug:code>/", include("kinds.chats.urls_client")),
    path("a/<slug:code>/", include("kinds.client_tasks.urls_client")),
    path("a/<slug:code>/", include("kinds.approvals.urls_client")),
    path("a/<slug:code>/", include("kinds.signatures.urls_client")),
]
