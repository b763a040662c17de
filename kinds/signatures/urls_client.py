"""Under an item's page, /a/<code>/, where the e-mailed link opens them too."""

from django.urls import path

from access.code_step import enter_code, send_again
from kinds.signatures import views_client as views

urlpatterns = [
    path("sign/", views.item_sign, name="item_signature_sign"),
    path("decline/", views.item_decline, name="item_signature_decline"),
    path("code/", enter_code, {"step": views.STEP}, name="item_signature_code"),
    path("code/again/", send_again, {"step": views.STEP}, name="item_signature_code_again"),
    path("document.pdf", views.item_file, name="item_signature_file"),
    path("pages/<int:number>.png", views.item_picture, name="item_signature_page"),
]
