"""What staff open; the client's addresses are in urls_client, under their item's page."""

from django.urls import path

from kinds.signatures import views_staff as views

urlpatterns = [
    path("<slug:code>/document.pdf", views.signature_file, name="signature_file"),
    path("<slug:code>/pages/<int:number>.png", views.signature_page, name="signature_page"),
]
