from django.urls import path

from portal.accounts import profile, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("register/", views.register, name="register"),
    path("code/", views.code, name="code"),
    path("code/enter/", views.code_entry, name="code_entry"),
    path("claim/", views.claim, name="claim"),
    path("home/", views.home, name="home"),
    path("profile/", profile.profile, name="profile"),
    path("profile/about/", profile.describe, name="describe"),
    path("profile/password/", profile.change_password, name="change_password"),
    path("profile/contact/", profile.ask_contact, name="ask_contact"),
    path("profile/contact/code/", profile.prove_contact, name="prove_contact"),
    path("profile/sessions/end-others/", profile.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<slug:handle>/end/", profile.end_session, name="end_session"),
    path("profile/keys/", profile.make_token, name="make_token"),
    path("profile/keys/<int:pk>/revoke/", profile.revoke_token, name="revoke_token"),
]
