from django.urls import path

from desk import contact_account, contact_edit, contact_list, contact_merge, contact_pages

urlpatterns = [
    path("", contact_list.contact_list, name="contact_list"),
    path("<slug:code>/", contact_pages.contact_show, name="contact_show"),
    path("<slug:code>/edit/", contact_edit.contact_change, name="contact_change"),
    path("<slug:code>/accounts/", contact_account.contact_account, name="contact_account"),
    path("<slug:code>/merge/", contact_merge.contact_merge, name="contact_merge"),
    path("<slug:code>/archive/", contact_pages.contact_archive, name="contact_archive"),
    path("<slug:code>/restore/", contact_pages.contact_restore, name="contact_restore"),
]
