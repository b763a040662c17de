"""Under an item's page, /a/<code>/, where the e-mailed link opens them too; /a/<code>/shared/ is what the firm has put there."""

from django.urls import path

from kinds.documents import views_client as views

urlpatterns = [
    path("upload/", views.item_upload, name="item_documents_upload"),
    path("complete/", views.item_complete, name="item_documents_complete"),
    path("received/<slug:file>/", views.item_received_file, name="item_documents_file"),
    path("shared/", views.shared_show, name="shared_show"),
    path("shared/<slug:file>/", views.shared_file, name="shared_file"),
]
