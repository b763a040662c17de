from django.urls import path

from tracking.views import hook

urlpatterns = [path("hooks/<slug:provider>/<str:token>/", hook, name="hook")]
