"""The addresses that the shells refer to by name, without the apps above that own them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("language/", nothing, name="set_language"),
    path("sign-in/", nothing, name="account_login"),
    path("sign-out/", nothing, name="account_logout"),
    path("password/", nothing, name="account_change_password"),
    path("security/", nothing, name="mfa_index"),
    path("password/reset/", nothing, name="account_reset_password"),
]
