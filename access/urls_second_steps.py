"""Second steps of sign-in, under /account/security/. allauth's pages for signing up with a passkey have no address here."""

from django.urls import path

from access import views_second_steps as steps

urlpatterns = [
    path("", steps.MySignIn.as_view(), name="mfa_index"),
    path("second-step/", steps.SecondStep.as_view(), name="mfa_authenticate"),
    path("confirm/password/", steps.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("confirm/code/", steps.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", steps.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("app/add/", steps.AddApp.as_view(), name="mfa_activate_totp"),
    path("app/remove/", steps.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", steps.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", steps.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", steps.DownloadRecoveryCodes.as_view(), name="mfa_download_recovery_codes"),
    path("passkeys/", steps.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("passkeys/add/", steps.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/sign-in/", steps.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/rename/", steps.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", steps.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
