from django.urls import path

from desk import field_pages, group_pages, request_templates, tag_pages

urlpatterns = [
    path("fields/", field_pages.settings_fields, name="settings_fields"),
    path("fields/<slug:code>/", field_pages.settings_field, name="settings_field"),
    path("fields/<slug:code>/move/", field_pages.settings_field_move, name="settings_field_move"),
    path("fields/<slug:code>/delete/", field_pages.settings_field_delete, name="settings_field_delete"),
    path("groups/", group_pages.settings_groups, name="settings_groups"),
    path("groups/<slug:code>/", group_pages.settings_group, name="settings_group"),
    path("groups/<slug:code>/merge/", group_pages.settings_group_merge, name="settings_group_merge"),
    path("groups/<slug:code>/delete/", group_pages.settings_group_delete, name="settings_group_delete"),
    path("tags/", tag_pages.settings_tags, name="settings_tags"),
    path("tags/<slug:code>/", tag_pages.settings_tag, name="settings_tag"),
    path("tags/<slug:code>/merge/", tag_pages.settings_tag_merge, name="settings_tag_merge"),
    path("tags/<slug:code>/delete/", tag_pages.settings_tag_delete, name="settings_tag_delete"),
    path("request-templates/", request_templates.settings_templates, name="settings_templates"),
    path("request-templates/new/", request_templates.settings_template_new, name="settings_template_new"),
    path("request-templates/<slug:code>/", request_templates.settings_template, name="settings_template"),
    path("request-templates/<slug:code>/duplicate/", request_templates.settings_template_duplicate, name="settings_template_duplicate"),
    path("request-templates/<slug:code>/delete/", request_templates.settings_template_delete, name="settings_template_delete"),
]
