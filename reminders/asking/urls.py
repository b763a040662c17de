from django.urls import path

from reminders.asking import views, views_many

urlpatterns = [
    path("new/", views.ask_start, name="ask_start"),
    path("new/several/", views_many.ask_many_list, name="ask_many_list"),
    path("new/several/<slug:code>/", views_many.ask_many_show, name="ask_many_show"),
    path("new/several/<slug:code>/words/", views_many.ask_many_words, name="ask_many_words"),
    path("new/several/<slug:code>/confirm/", views_many.ask_many_confirm, name="ask_many_confirm"),
    path("new/several/<slug:code>/progress/", views_many.ask_many_progress, name="ask_many_progress"),
    path("new/several/<slug:code>/stop/", views_many.ask_many_stop, name="ask_many_stop"),
    path("new/<slug:kind>/", views.ask_new, name="ask_new"),
    path("new/<slug:kind>/recipients/", views.ask_recipients, name="ask_recipients"),
]
