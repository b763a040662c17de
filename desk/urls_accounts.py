from django.urls import path

from desk import (
    account_addresses,
    account_bulk,
    account_edit,
    account_export,
    account_invite_many,
    account_pages,
    account_switches,
    accounts,
    address_change,
)

urlpatterns = [
    path("", accounts.account_list, name="account_list"),
    path("nobody-notified/", accounts.account_list_nobody, name="account_list_nobody"),
    path("export/", account_export.account_export, name="account_export"),
    path("bulk/", account_bulk.account_bulk_ask, name="account_bulk_ask"),
    path("bulk/do/", account_bulk.account_bulk_do, name="account_bulk_do"),
    path("bulk/invite/", account_invite_many.account_invite_ask, name="account_invite_ask"),
    path("bulk/invite/do/", account_invite_many.account_invite_many, name="account_invite_many"),
    path("bulk/<slug:code>/undo/", account_bulk.account_bulk_undo, name="account_bulk_undo"),
    path("<slug:code>/", account_pages.account_show, name="account_show"),
    path("<slug:code>/edit/", account_edit.account_edit, name="account_edit"),
    path("<slug:code>/requests/", account_pages.account_requests, name="account_requests"),
    path("<slug:code>/activity/", account_pages.account_activity, name="account_activity"),
    path("<slug:code>/archive/", account_pages.account_archive, name="account_archive"),
    path("<slug:code>/restore/", account_pages.account_restore, name="account_restore"),
    path("<slug:code>/addresses/<slug:address_code>/switch/", account_switches.switch_set, name="switch_set"),
    path("<slug:code>/addresses/<slug:address_code>/invite/", account_switches.client_invite, name="client_invite"),
    path("<slug:code>/addresses/<slug:address_code>/primary/", account_addresses.address_primary, name="address_primary"),
    path("<slug:code>/addresses/<slug:address_code>/remove/", account_addresses.address_remove, name="address_remove"),
    path("<slug:code>/addresses/<slug:address_code>/change/", address_change.address_change, name="address_change"),
    path("<slug:code>/addresses/<slug:address_code>/change/invite/", address_change.address_change_invite, name="address_change_invite"),
    path("<slug:code>/addresses/<slug:address_code>/change/finish/", address_change.address_change_finish, name="address_change_finish"),
]
