"""Documents: of the whole firm, of one account, and one by one."""

from django.urls import path

from desk import account_documents as tab
from desk import account_periods as periods
from desk import document_file as file
from desk.documents import document_list

urlpatterns = [
    path("", document_list, name="document_list"),
    path("files/<slug:code>/", file.file_show, name="file_show"),
    path("files/<slug:code>/version/", file.file_version, name="file_version"),
    path("files/<slug:code>/rename/", file.file_rename, name="file_rename"),
    path("files/<slug:code>/move/", file.file_move, name="file_move"),
    path("files/<slug:code>/trash/", file.file_trash, name="file_trash"),
    path("files/<slug:code>/restore/", file.file_restore, name="file_restore"),
    path("files/<slug:code>/<int:number>/", file.file_download, name="file_download"),
    path("files/<slug:code>/<int:number>/picture.png", file.file_picture, name="file_picture"),
    path("files/<slug:code>/<int:number>/pages/<int:page>.png", file.file_page, name="file_page"),
    path("<slug:code>/", tab.account_documents, name="account_documents"),
    path("<slug:code>/count/", tab.documents_count, name="documents_count"),
    path("<slug:code>/who/", tab.documents_who, name="documents_who"),
    path("<slug:code>/upload/", tab.documents_upload, name="documents_upload"),
    path("<slug:code>/ticked/", tab.documents_bulk, name="documents_bulk"),
    path("<slug:code>/restore/", tab.documents_restore, name="documents_restore"),
    path("<slug:code>/trash/", tab.documents_trash, name="documents_trash"),
    path("<slug:code>/folders/", tab.folder_make, name="folder_make"),
    path("<slug:code>/folders/<slug:folder>/rename/", tab.folder_rename, name="folder_rename"),
    path("<slug:code>/folders/<slug:folder>/delete/", tab.folder_delete, name="folder_delete"),
    path("<slug:code>/vat/", periods.vat_rhythm, name="vat_rhythm"),
    path("<slug:code>/periods/<slug:period>/reopen/", periods.period_reopen, name="period_reopen"),
]
