from django.urls import path

from clients import views_accounts, views_contacts

urlpatterns = [
    path("new/", views_accounts.account_new, name="account_new"),
    path("<slug:code>/contacts/link/", views_contacts.contact_link, name="contact_link"),
    path("<slug:code>/contacts/new/", views_contacts.contact_new, name="contact_new"),
    path("<slug:code>/contacts/<slug:contact_code>/edit/", views_contacts.contact_edit, name="contact_edit"),
    path("<slug:code>/contacts/<slug:contact_code>/remove/", views_contacts.contact_unlink, name="contact_unlink"),
    path("<slug:code>/addresses/add/", views_contacts.address_add, name="address_add"),
    path("<slug:code>/addresses/<slug:address_code>/preferences/", views_contacts.preferences_edit, name="preferences_edit"),
]
