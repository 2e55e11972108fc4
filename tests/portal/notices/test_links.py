"""A notice may refer to an address that holds a secret; the address is made when the words are."""

import pytest

from portal.notices import links
from portal.notices.rendering import render


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_makers", {"door": lambda reference: f"/secret/{reference[::-1]}/"})


@pytest.mark.parametrize(
    ("path", "resolved"),
    [("", ""), ("/cases/1/", "/cases/1/"), ("/a:b/", "/a:b/"), ("plain", "plain"), ("door:abc", "/secret/cba/")],
)
def test_a_path_stays_as_it_is_and_a_reference_is_resolved(secret: None, path: str, resolved: str) -> None:
    assert links.resolve(path) == resolved


def test_the_words_hold_the_address_and_not_the_reference(secret: None) -> None:
    words = render("unknown", {}, language="en", path="door:abc", lenient=True)
    assert words.link.endswith("/secret/cba/")


def test_the_door_of_surveys_is_known() -> None:
    assert links.resolve("survey:1.x").startswith("/followup/s/")
