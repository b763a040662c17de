from django.urls import path

from desk.activity import activity_list
from desk.activity_export import activity_export
from desk.failed_tasks import failed_task_list, failed_task_resolve
from desk.health import healthz
from desk.requests import action_list, action_show
from desk.search import search
from desk.security import settings_security
from desk.start import home

urlpatterns = [
    path("", home, name="home"),
    path("needs-a-person/", failed_task_list, name="failed_task_list"),
    path("needs-a-person/<slug:code>/done/", failed_task_resolve, name="failed_task_resolve"),
    path("requests/", action_list, name="action_list"),
    path("requests/<slug:code>/", action_show, name="action_show"),
    path("activity/", activity_list, name="activity_list"),
    path("activity/export/", activity_export, name="activity_export"),
    path("search/", search, name="search"),
    path("settings/security/", settings_security, name="settings_security"),
    path("healthz", healthz, name="healthz"),
]
