from django.urls import path

from desk import account_pages, accounts

urlpatterns = [
    path("", accounts.account_list, name="account_list"),
    path("<slug:code>/", account_pages.account_show, name="account_show"),
    path("<slug:code>/requests/", account_pages.account_requests, name="account_requests"),
    path("<slug:code>/activity/", account_pages.account_activity, name="account_activity"),
    path("<slug:code>/archive/", account_pages.account_archive, name="account_archive"),
    path("<slug:code>/restore/", account_pages.account_restore, name="account_restore"),
    path("<slug:code>/addresses/<slug:address_code>/switch/", account_pages.switch_set, name="switch_set"),
]
