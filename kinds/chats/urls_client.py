"""Under an item's page, /a/<code>/, where the e-mailed link opens them too."""

from django.urls import path

from kinds.chats import views_client as views

urlpatterns = [
    path("chat/since/", views.item_since, name="item_chat_since"),
    path("chat/earlier/", views.item_earlier, name="item_chat_earlier"),
    path("chat/write/", views.item_write, name="item_chat_write"),
    path("chat/read/", views.item_read, name="item_chat_read"),
    path("chat/files/<slug:file_code>/", views.item_file, name="item_chat_file"),
]
