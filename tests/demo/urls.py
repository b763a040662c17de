"""The product's addresses with the demo's, which exist only where RELANCE_DEMO was on at the start."""

from django.urls import include, path

from config.urls import urlpatterns as usual

urlpatterns = [*usual, path("demo/", include("demo.urls"))]
