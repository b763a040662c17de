"""What staff open; the client's addresses are in urls_client, under their item's page."""

from django.urls import path

from kinds.client_tasks import views_staff as views

urlpatterns = [
    path("<slug:code>/tasks/", views.task_add, name="task_add"),
    path("<slug:code>/tasks/<slug:task>/", views.task_change, name="task_change"),
    path("<slug:code>/tasks/<slug:task>/tick/", views.task_tick, name="task_tick"),
    path("<slug:code>/tasks/<slug:task>/remove/", views.task_remove, name="task_remove"),
    path("<slug:code>/tasks/<slug:task>/files/", views.task_attach, name="task_attach"),
    path("<slug:code>/tasks/<slug:task>/files/<slug:file>/remove/", views.task_detach, name="task_detach"),
    path("<slug:code>/files/<slug:file>/", views.task_file, name="task_file"),
]
