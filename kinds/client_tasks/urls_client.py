"""Under an item's page, /a/<code>/, where the e-mailed link opens them too."""

from django.urls import path

from kinds.client_tasks import views_client as views

urlpatterns = [
    path("tasks/<slug:task>/", views.item_task, name="item_task"),
    path("tasks/<slug:task>/files/", views.item_task_attach, name="item_task_attach"),
    path("task-files/<slug:file>/", views.item_task_file, name="item_task_file"),
]
