"""Every field says which help and which error belong to it, and looks like Tabler without a word in the form."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.ui.pages import one_line, render
from ui.forms import SwitchInput, control_class


class FirmForm(forms.Form):
    required_css_class = "required"

    name = forms.CharField(label="Firm name")
    reply = forms.EmailField(label="Reply-to address", help_text="Answers go here.")
    every = forms.IntegerField(label="Every")
    zone = forms.ChoiceField(label="Time zone", choices=[("p", "Paris")], required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Person"), ("b", "Family")], widget=forms.RadioSelect, help_text="Of account.")
    copies = forms.BooleanField(label="Receive copies", widget=SwitchInput, help_text="One each.", required=False)
    agree = forms.BooleanField(label="I accept it.")
    document = forms.FileField(label="Document", required=False, help_text="PDF.")
    code = forms.CharField(widget=forms.HiddenInput, required=False)


def wrong() -> FirmForm:
    return FirmForm({"name": "", "reply": "claire@cabinet", "every": "x"})


def drawn(source: str, form: forms.Form | None = None) -> str:
    return one_line(render(source, form=form or FirmForm()))


def test_text_field_has_label_and_class() -> None:
    assert drawn("{{ form.name.as_field_group }}") == (
        '<label class="form-label required" for="id_name">Firm name</label>'
        '<input type="text" name="name" required class="form-control" id="id_name">'
    )


def test_help_is_tied_to_its_field() -> None:
    html = drawn("{{ form.reply.as_field_group }}")
    assert 'aria-describedby="id_reply_helptext"' in html
    assert '<div class="form-hint" id="id_reply_helptext">Answers go here.</div>' in html


def test_error_is_tied_to_its_field_beside_the_help() -> None:
    html = drawn("{{ form.reply.as_field_group }}", wrong())
    assert 'aria-invalid="true" aria-describedby="id_reply_helptext id_reply_error" class="form-control is-invalid"' in html
    assert '<div class="invalid-feedback d-block" id="id_reply_error"><div>Enter a valid email address.</div></div>' in html


def test_select_switch_and_checkbox_have_their_own_look() -> None:
    assert 'class="form-select"' in drawn("{{ form.zone.as_field_group }}")
    assert drawn("{{ form.agree.as_field_group }}") == (
        '<label class="form-check mb-0"><input type="checkbox" name="agree" required class="form-check-input" id="id_agree">'
        '<span class="form-check-label">I accept it.</span></label>'
    )
    switch = drawn("{{ form.copies.as_field_group }}")
    assert 'role="switch" aria-describedby="id_copies_helptext" class="form-check-input" id="id_copies"' in switch
    assert 'id="id_copies_helptext">One each.</span>' in switch


def test_radio_buttons_are_one_group_described_by_its_error() -> None:
    html = drawn("{{ form.kind.as_field_group }}", wrong())
    assert html.startswith('<fieldset aria-describedby="id_kind_helptext id_kind_error"><legend class="form-label required">Kind</legend>')
    assert html.count('class="form-check-input is-invalid"') == 2
    assert "aria-invalid" not in html
    assert '<div tabindex="-1" id="id_kind">' in html


def test_hidden_field_is_hidden() -> None:
    assert drawn("{{ form.code.as_field_group }}") == '<input type="hidden" name="code" id="id_code">'


def test_own_class_of_a_widget_is_kept() -> None:
    class Code(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "code-field"}))

    assert 'class="code-field form-control"' in drawn("{{ form.code }}", Code())


def test_color_field_keeps_its_small_box() -> None:
    assert control_class(forms.ColorInput()) == "form-control form-control-color"


def test_field_tag_changes_words_for_one_page_only() -> None:
    form = FirmForm()
    html = drawn('{% field form.reply label="E-mail" help="" autocomplete="username" data_x="1" %}{{ form.reply.as_field_group }}', form)
    assert '<label class="form-label required" for="id_reply">E-mail</label>' in html
    assert 'autocomplete="username" data-x="1"' in html
    assert html.count("Reply-to address") == 1
    assert html.count("Answers go here.") == 1


def test_field_tag_puts_units_into_the_box() -> None:
    html = drawn('{% field form.every after="days" %}', wrong())
    assert '<div class="input-group has-validation"><input type="number"' in html
    assert '<span class="input-group-text">days</span></div>' in html


def test_field_tag_puts_a_link_beside_the_label() -> None:
    html = drawn('{% field form.name aside_url="/forgotten/" aside="Forgotten?" %}')
    assert '</label><a class="inline-link ms-auto" href="/forgotten/">Forgotten?</a>' in html


def test_label_can_be_for_screen_readers_alone() -> None:
    assert 'class="form-label required visually-hidden"' in drawn("{% field form.name hide_label=True %}")


def test_error_summary_leads_to_each_field() -> None:
    html = drawn("{% error_summary form %}", wrong())
    assert 'role="alert" tabindex="-1" id="errors"' in html
    assert "Nothing was saved: 5 fields need you" in html
    assert '<li><a class="alert-link" href="#id_name">Firm name</a>: This field is required.</li>' in html
    assert '<a class="alert-link" href="#id_kind">Kind</a>' in html
    assert '<a class="alert-link" href="#id_agree">I accept it</a>: ' in html


def test_error_summary_ends_a_question_without_its_mark_and_space() -> None:
    class Why(forms.Form):
        why = forms.CharField(label="Pourquoi\u00a0?")

    assert '#id_why">Pourquoi</a>: ' in render("{% error_summary form %}", form=Why({}))


def test_error_summary_tells_what_belongs_to_no_field() -> None:
    form = FirmForm({})
    form.errors.clear()
    form.add_error(None, "The account is <gone>.")
    html = drawn("{% error_summary form %}", form)
    assert '<h2 class="alert-heading h4">Nothing was saved</h2>' in html
    assert "<li>The account is &lt;gone&gt;.</li>" in html


def test_error_summary_of_several_forms_counts_all() -> None:
    html = one_line(render("{% error_summary one two %}", one=wrong(), two=wrong()))
    assert "Nothing was saved: 10 fields need you" in html


def test_error_summary_is_silent_without_errors() -> None:
    assert drawn("{% error_summary form %}") == ""


def test_whole_form_draws_summary_and_fields() -> None:
    html = drawn("{{ form }}", wrong())
    assert html.count('<div class="mb-3">') == 8
    assert html.index('id="errors"') < html.index('id="id_name"')
    assert html.endswith('<input type="hidden" name="code" id="id_code">')


def test_dropzone_keeps_the_file_field_and_its_limit() -> None:
    html = drawn('{% dropzone form.document max_mb=25 accept="application/pdf" %}')
    assert '<label class="form-label" for="id_document">Document</label>' in html
    assert 'data-dropzone data-max-mb="25"' in html
    assert 'type="file" name="document" accept="application/pdf" aria-describedby="id_document_helptext" class="form-control"' in html
    assert '<label class="btn" for="id_document">' in html
    assert '<div class="form-hint" id="id_document_helptext">PDF.</div>' in html


def test_present_file_is_named_but_not_linked() -> None:
    class Logo(forms.Form):
        logo = forms.FileField(required=False)

    file = SimpleUploadedFile("logo.png", b"x")
    file.url = "/media/logo.png"  # type: ignore[attr-defined]
    html = one_line(render("{{ form.logo }}", form=Logo(initial={"logo": file})))
    assert "<span>Currently: logo.png</span>" in html
    assert "/media/" not in html
    assert '<span class="form-check-label">Clear</span>' in html
