from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.http.page import SCOPE_BEFORE, examples
from tests.api.render.test_as_html import Page

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from api.service import Service


def ask(client: FlaskClient, text: str, **fields: str) -> TestResponse:
    return client.post("/", data={"text": text, **fields})


def test_the_empty_page_says_what_is_ranked_and_asks_for_a_report(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.content_type == "text/html; charset=utf-8"
    html = response.get_data(as_text=True)
    assert SCOPE_BEFORE.split(";")[0].replace("'", "&#39;") in html
    page = Page(html)
    form = next(a for t, a in page.elements if t == "form")
    assert (form["method"], form["action"]) == ("post", "/")
    labelled = set(page.attributes("for"))
    assert labelled == {
        "text",
        "labs",
        "known",
        "age",
        "sex",
        "day",
        "scope",
        "setting",
        "top",
        "counterfactuals",
        "images",
    }
    assert labelled <= set(page.attributes("id"))


def test_examples_fill_the_form_and_are_said_to_be_invented(client: FlaskClient) -> None:
    assert examples()
    for example in examples():
        html = client.get(f"/?example={example.name}").get_data(as_text=True)
        assert "(Invented.)" in html
        assert example.text.splitlines()[0].replace("'", "&#39;") in html
    assert "(Invented.)" not in client.get("/?example=../../app").get_data(as_text=True)


def test_a_report_is_marked_and_ranked(client: FlaskClient) -> None:
    text = "Girl with seizures.\r\nNo ataxia. Seizures again."
    response = ask(client, text, age="P4Y", sex="FEMALE", top="2")
    assert response.status_code == 200
    page = Page(response.get_data(as_text=True))
    assert page.report == text.replace("\r\n", "\n")
    classes = [a.get("class") or "" for t, a in page.elements if t == "a"]
    assert "mark present patient now" in classes
    assert "mark absent patient now" in classes
    diagnoses = [a for t, a in page.elements if a.get("class") == "diagnosis"]
    assert 1 <= len(diagnoses) <= 2


def test_scope_is_said_before_the_differential(client: FlaskClient) -> None:
    html = ask(client, "Girl with seizures.").get_data(as_text=True)
    assert 0 < html.index('class="statement"') < html.index('id="h-differential"')


def test_nothing_inline_that_the_policy_would_stop(client: FlaskClient) -> None:
    page = Page(ask(client, "Girl with seizures.").get_data(as_text=True))
    assert not page.attributes("style")
    assert not [n for _, attrs in page.elements for n in attrs if n.startswith("on")]
    assert not page.bodies["style"]
    assert all(not body.strip() for body in page.bodies["script"])
    assert all(v.startswith("/static/") for v in page.attributes("src"))


def test_a_script_in_a_report_is_text(client: FlaskClient) -> None:
    text = "Seizures <script>alert('x')</script></textarea><b>"
    html = ask(client, text).get_data(as_text=True)
    assert "<script>alert" not in html
    assert "</textarea><b>" not in html
    assert Page(html).report == text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "Seizures.", "age": "<b>old"}, 422),
        ({"text": "Seizures.", "sex": "<b>yes"}, 422),
        ({"text": "Seizures.", "top": "-1"}, 422),
    ],
)
def test_what_is_wrong_is_said_on_the_page_and_the_text_is_kept(
    client: FlaskClient, fields: dict[str, str], status: int
) -> None:
    response = client.post("/", data=fields)
    assert response.status_code == status
    html = response.get_data(as_text=True)
    assert 'role="alert"' in html
    assert fields["text"] in html
    assert "<b>" not in html


def test_too_long_a_text_and_too_large_a_form(client: FlaskClient, toy_service: Service) -> None:
    limit = toy_service.settings.max_text_chars
    assert ask(client, "a" * (limit + 1)).status_code == 413
    response = ask(client, "a" * (client.application.config["MAX_CONTENT_LENGTH"] + 1))
    assert response.status_code == 413
    assert 'role="alert"' in response.get_data(as_text=True)


def test_offsets_of_a_browser_s_text_are_those_of_the_text_shown(client: FlaskClient) -> None:
    html = ask(client, "One.\r\n\r\nTwo: seizures.").get_data(as_text=True)
    place = "One.\n\nTwo: seizures.".index("seizures")
    assert f'id="text-0-{place}-{place + 8}-1"' in html


def test_values_and_known_conditions_of_the_form(client: FlaskClient) -> None:
    first = client.post("/v1/differentials", json={"text": "Girl with seizures."}).get_json()
    known = first["differential"][0]
    fields = {
        "labs": "CRP=187 mg/L\r\n\r\n BP = 120/80 mmHg\r\n",
        "known": f"{known['disease']}\r\nQuux\r\n",
        "day": "2026-03-02",
    }
    response = ask(client, "Girl with seizures.", **fields)
    assert response.status_code == 200
    html = response.get_data(as_text=True)
    assert "C-reactive protein" in html
    assert "Known: Quux." in html
    page = Page(html)
    ranked = html.partition('id="h-differential"')[2].partition("</section>")[0]
    assert ranked
    assert known["disease"] not in ranked
    # All of it stays in the form.
    assert "CRP=187 mg/L" in html
    assert "2026-03-02" in page.attributes("value")


def test_values_alone_are_a_case(client: FlaskClient) -> None:
    response = ask(client, "", labs="CRP=187 mg/L")
    assert response.status_code == 200
    assert 'role="alert"' not in response.get_data(as_text=True)


def test_values_that_are_none_are_named_and_kept(client: FlaskClient) -> None:
    labs = "CRP=187 stone\nK=5.0 mmol/L\nhello\n<b>=3 mg/L\nNa=high"
    response = ask(client, "Girl with seizures.", labs=labs)
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert "<b>" not in html
    for said in (
        "Line 1, CRP: unit &#39;stone&#39; is no unit that is known. Use mg/L or mg/dL.",
        "Line 3, hello: is no value",
        "Line 4, &lt;b&gt;: code &#39;&lt;b&gt;&#39; is no value that is known.",
        "Line 5, Na: value &#39;high&#39; begins with no number.",
    ):
        assert said in html, said
    assert "Line 2," not in html
    assert "Girl with seizures." in html
    assert "hello" in html.partition('id="labs"')[2].partition("</textarea>")[0]


def test_a_day_that_is_none(client: FlaskClient) -> None:
    response = ask(client, "Girl with seizures.", day="yesterday")
    assert response.status_code == 422
    assert "day:" in response.get_data(as_text=True)
