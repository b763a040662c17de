"""What staff open; the client's addresses are in urls_client, under their item's page."""

from django.urls import path

from kinds.approvals import views_staff as views

urlpatterns = [
    path("files/", views.approval_files, name="approval_files"),
    path("<slug:code>/<int:position>/", views.approval_document, name="approval_document"),
    path("<slug:code>/<int:position>/file/", views.approval_file, name="approval_file"),
    path("<slug:code>/<int:position>/pages/<int:number>.png", views.approval_page, name="approval_page"),
    path("<slug:code>/<int:position>/picture.png", views.approval_picture, name="approval_picture"),
]
