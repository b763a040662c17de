"""Under an item's page, /a/<code>/, where the e-mailed link opens them too."""

from django.urls import path

from access.code_step import enter_code, send_again
from kinds.approvals import views_client as views

urlpatterns = [
    path("approve/", views.item_approve, name="item_approval_approve"),
    path("refuse/", views.item_refuse, name="item_approval_refuse"),
    path("approve/code/", enter_code, {"step": views.STEP}, name="item_approval_code"),
    path("approve/code/again/", send_again, {"step": views.STEP}, name="item_approval_code_again"),
    path("approve/<int:position>/", views.item_document, name="item_approval_document"),
    path("approve/<int:position>/file/", views.item_file, name="item_approval_file"),
    path("approve/<int:position>/pages/<int:number>.png", views.item_document_page, name="item_approval_page"),
    path("approve/<int:position>/picture.png", views.item_picture, name="item_approval_picture"),
]
