"""Approvals of the whole firm; those of an account stand among its pages."""

from django.urls import path

from desk.approvals import approval_list

urlpatterns = [path("", approval_list, name="approval_list")]
