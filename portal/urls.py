from django.urls import include, path

from portal import views

urlpatterns = [
    path("portal/", views.portal_home, name="portal_home"),
    path("portal/account/<slug:code>/", views.account_switch, name="account_switch"),
    path("a/<slug:code>/", views.item_page, name="item_page"),
    path("a/<slug:code>/", include("kinds.signatures.urls_client")),
]
