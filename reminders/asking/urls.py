from django.urls import path

from reminders.asking import views

urlpatterns = [
    path("new/<slug:kind>/", views.ask_new, name="ask_new"),
    path("new/<slug:kind>/recipients/", views.ask_recipients, name="ask_recipients"),
]
