from django.urls import path

from clients.importing import views

urlpatterns = [
    path("", views.import_new, name="import_new"),
    path("example.csv", views.import_sample, name="import_sample"),
    path("<slug:code>/", views.import_show, name="import_show"),
    path("<slug:code>/columns/", views.import_columns, name="import_columns"),
    path("<slug:code>/progress/", views.import_progress, name="import_progress"),
    path("<slug:code>/confirm/", views.import_confirm, name="import_confirm"),
    path("<slug:code>/tick/", views.import_tick, name="import_tick"),
    path("<slug:code>/stop/", views.import_stop, name="import_stop"),
    path("<slug:code>/to-correct.csv", views.import_left_out, name="import_left_out"),
]
