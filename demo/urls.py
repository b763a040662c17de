from django.urls import path

from demo import views_clock, views_mail

urlpatterns = [
    path("", views_mail.mail, name="demo_mail"),
    path("mail/<str:letter_id>/", views_mail.mail_show, name="demo_mail_show"),
    path("mail/<str:letter_id>/page/", views_mail.mail_page, name="demo_mail_page"),
    path("clock/", views_clock.clock, name="demo_clock"),
    path("clock/move/", views_clock.clock_move, name="demo_clock_move"),
    path("clock/panel/", views_clock.clock_panel, name="demo_clock_panel"),
]
