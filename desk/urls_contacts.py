from django.urls import path

from desk import (
    address_page,
    contact_account,
    contact_edit,
    contact_list,
    contact_merge,
    contact_pages,
    emails,
    silent_addresses,
    silent_export,
)

urlpatterns = [
    path("", contact_list.contact_list, name="contact_list"),
    path("silent/", silent_addresses.silent_addresses, name="silent_addresses"),
    path("silent/export/", silent_export.silent_export, name="silent_export"),
    path("<slug:code>/", contact_pages.contact_show, name="contact_show"),
    path("<slug:code>/edit/", contact_edit.contact_change, name="contact_change"),
    path("<slug:code>/accounts/", contact_account.contact_account, name="contact_account"),
    path("<slug:code>/merge/", contact_merge.contact_merge, name="contact_merge"),
    path("<slug:code>/archive/", contact_pages.contact_archive, name="contact_archive"),
    path("<slug:code>/restore/", contact_pages.contact_restore, name="contact_restore"),
    path("<slug:code>/emails/", emails.contact_emails, name="contact_emails"),
    path("<slug:code>/addresses/<slug:address_code>/", address_page.address_show, name="address_show"),
    path("<slug:code>/addresses/<slug:address_code>/stop/", address_page.address_stop, name="address_stop"),
    path("<slug:code>/addresses/<slug:address_code>/again/", address_page.address_again, name="address_again"),
    path("<slug:code>/addresses/<slug:address_code>/undo/", address_page.address_undo, name="address_undo"),
]
