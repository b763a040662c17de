"""What staff open; the client's addresses are in urls_client, under their item's page."""

from django.urls import path

from kinds.approvals import views_request
from kinds.approvals import views_staff as views

urlpatterns = [
    path("files/", views.approval_files, name="approval_files"),
    path("request/", views_request.approval_request_ask, name="approval_request_ask"),
    path("request/send/", views_request.approval_request_send, name="approval_request_send"),
    path("<slug:code>/<int:position>/", views.approval_document, name="approval_document"),
    path("<slug:code>/<int:position>/file/", views.approval_file, name="approval_file"),
    path("<slug:code>/<int:position>/pages/<int:number>.png", views.approval_page, name="approval_page"),
    path("<slug:code>/<int:position>/picture.png", views.approval_picture, name="approval_picture"),
]
