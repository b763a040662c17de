"""Links, sign-in and passwords. allauth's other pages (sign-up, e-mail addresses) have no address here."""

from django.urls import include, path, re_path
from django.views.i18n import set_language

from access import (
    views,
    views_activation,
    views_invitation,
    views_pictures,
    views_preferences,
    views_preview,
    views_sign_in_code,
    views_sign_up,
)
from access.views_second_steps import client_passkey_sign_in

PREFERENCES = "p/<str:firm>/<str:account>/<str:address>/<str:proof>/"
choose_new_password = views.ChooseNewPassword.as_view()

urlpatterns = [
    path("l/<str:token>/", views.item_link, name="item_link"),
    re_path(r"^l(?:/(?P<token>[\s\S]*))?\Z", views.item_link),  # whatever a mail program has made of a link gets the polite page
    path("invitation/<str:token>/", views_invitation.invitation, name="invitation"),
    re_path(r"^invitation(?:/(?P<token>[\s\S]*))?\Z", views_invitation.invitation),
    path(PREFERENCES, views_preferences.preferences, name="preferences"),
    path(f"{PREFERENCES}off/<str:preference>/", views_preferences.preference_off, name="preference_off"),
    path("accounts/<slug:code>/addresses/<slug:address_code>/preview/", views_preview.preview_start, name="preview_start"),
    path("preview/end/", views_preview.preview_end, name="preview_end"),
    path("activate/<str:firm>/<str:address>/<str:proof>/", views_activation.activation, name="activation"),
    path("copy/", views_preferences.copy_of_link, name="copy_of_link"),
    path("sign-up/", views_sign_up.sign_up, name="sign_up"),
    path("sign-up/sent/", views_sign_up.sign_up_sent, name="sign_up_sent"),
    path("sign-in/", views.staff_sign_in, name="account_login"),
    path("c/<str:code>/", views.client_sign_in, name="client_sign_in"),
    path("c/<str:code>/passkey/", client_passkey_sign_in, name="client_passkey_sign_in"),
    path("c/<str:code>/code/", views_sign_in_code.client_code_ask, name="client_code_ask"),
    path("c/<str:code>/code/enter/", views_sign_in_code.client_code_enter, name="client_code_enter"),
    path("c/<str:code>/code/again/", views_sign_in_code.client_code_again, name="client_code_again"),
    path("account/security/", include("access.urls_second_steps")),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/reset/", views.ResetPassword.as_view(), name="account_reset_password"),
    path("password/reset/sent/", views.ResetPasswordDone.as_view(), name="account_reset_password_done"),
    re_path(r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/\Z", choose_new_password, name="account_reset_password_from_key"),
    path("password/reset/done/", views.NewPasswordChosen.as_view(), name="account_reset_password_from_key_done"),
    path("logo/<str:code>/<int:version>/", views_pictures.firm_logo, name="firm_logo"),
    path("icon/<str:network>.png", views_pictures.social_icon, name="social_icon"),
    path("language/", set_language, name="set_language"),
]
