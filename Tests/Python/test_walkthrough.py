"""The session that the documentation shows runs as printed."""

import doctest
import os
import pathlib

import pictures
import pytest

ARTICLES = pathlib.Path(__file__).resolve().parents[2] / "Sources/Equipoise/Documentation.docc"


@pytest.mark.parametrize("name", ["FirstMinutesInPython"])
def test_a_session_prints_what_is_shown(name, tmp_path, monkeypatch):
    text = (ARTICLES / f"{name}.md").read_text()
    parts = text.split("```pycon\n")[1:]
    assert len(parts) > 3
    session = "\n".join(part.split("```")[0] for part in parts)
    test = doctest.DocTestParser().get_doctest(session, {}, name, f"{name}.md", 0)
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    runner = doctest.DocTestRunner(
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    found = runner.run(test, out=told.append)
    assert not found.failed, "".join(told)
    assert (tmp_path / "audit.html").stat().st_size > 10_000
    assert found.attempted > 20
    drawn = pictures.picture((tmp_path / "audit.html").read_text(), "Selection rate by sex")
    place = ARTICLES / "Resources/fair-rates.svg"
    assert "](fair-rates)" in text
    if "EQUIPOISE_RECORD" in os.environ:
        place.write_text(drawn)
    assert pictures.labels(place.read_text()) == pictures.labels(drawn)
