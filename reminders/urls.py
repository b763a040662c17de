from django.urls import include, path

from reminders import views

urlpatterns = [
    path("", include("reminders.asking.urls")),
    path("<slug:code>/reminders/", views.action_remind, name="action_remind"),
    path("<slug:code>/reminders/preview/", views.action_remind_preview, name="action_remind_preview"),
    path("<slug:code>/reminders/follow/", views.action_follow, name="action_follow"),
    path("<slug:code>/resend/", views.action_resend, name="action_resend"),
    path("<slug:code>/withdraw/", views.action_withdraw, name="action_withdraw"),
]
