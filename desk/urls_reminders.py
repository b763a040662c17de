"""What has to do with the reminders of many requests."""

from django.urls import path

from desk.late_reminders import late_reminders, late_reminders_do
from desk.pauses import pause_end, pause_set

urlpatterns = [
    path("late/", late_reminders, name="late_reminders"),
    path("late/do/", late_reminders_do, name="late_reminders_do"),
    path("pauses/<slug:of>/<slug:code>/", pause_set, name="pause_set"),
    path("pauses/<slug:of>/<slug:code>/end/", pause_end, name="pause_end"),
]
