"""A client's conversations, under /portal/messages/."""

from django.urls import path

from portal import views_chats as views

urlpatterns = [
    path("", views.portal_chats, name="portal_chats"),
    path("new/", views.portal_chat_new, name="portal_chat_new"),
    path("<slug:code>/", views.portal_chat, name="portal_chat"),
    path("<slug:code>/since/", views.portal_chat_since, name="portal_chat_since"),
    path("<slug:code>/earlier/", views.portal_chat_earlier, name="portal_chat_earlier"),
    path("<slug:code>/write/", views.portal_chat_write, name="portal_chat_write"),
    path("<slug:code>/read/", views.portal_chat_read, name="portal_chat_read"),
    path("<slug:code>/files/<slug:file_code>/", views.portal_chat_file, name="portal_chat_file"),
]
