"""What staff open; a client's addresses are in urls_client, under their item's page, and in the portal."""

from django.urls import path

from kinds.chats import views_list
from kinds.chats import views_staff as views

urlpatterns = [
    path("", views_list.thread_list, name="thread_list"),
    path("<slug:code>/", views.thread_show, name="thread_show"),
    path("<slug:code>/side/", views.thread_side, name="thread_side"),
    path("<slug:code>/since/", views.thread_since, name="thread_since"),
    path("<slug:code>/earlier/", views.thread_earlier, name="thread_earlier"),
    path("<slug:code>/write/", views.thread_write, name="thread_write"),
    path("<slug:code>/read/", views.thread_read, name="thread_read"),
    path("<slug:code>/people/", views.thread_people, name="thread_people"),
    path("<slug:code>/archive/", views.thread_archive, name="thread_archive"),
    path("<slug:code>/reopen/", views.thread_reopen, name="thread_reopen"),
    path("<slug:code>/files/<slug:file_code>/", views.thread_file, name="thread_file"),
]
