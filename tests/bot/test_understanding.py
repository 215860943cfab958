"""`palier understand`: lines of JSON in, lines of JSON out."""

import json

import pytest

from bot.understanding import NotAMessage, understand


def test_a_line_in_gives_a_line_out() -> None:
    lines = ['{"id": "a", "text": "cé koi visale"}', "", '{"id": 7, "text": "jdors dehors ce soir"}', '{"id": null, "text": "🙂"}']
    first, second, third = (json.loads(line) for line in understand(lines, explain=False))
    assert set(first) == {"id", "language", "label", "score", "candidates", "crisis"}
    assert (first["id"], first["language"], first["label"], first["crisis"]) == ("a", "fr", "aide-visale", None)
    assert [set(candidate) for candidate in first["candidates"]] == [{"label", "score"}] * 3
    assert (second["id"], second["crisis"]) == (7, "crisis-sans-abri")
    assert (third["label"], third["score"], third["candidates"]) == (None, 0.0, [])


def test_why_is_said_on_demand() -> None:
    (line,) = understand(['{"id": 1, "text": "mon copain me frappe"}'], explain=True)
    because = json.loads(line)["because"]
    assert because["words"]
    assert because["example"]
    assert because["phrases"][0][1] == "crisis-violences"


@pytest.mark.parametrize("line", ["hello", "[]", '{"id": 1}', '"text"'])
def test_what_is_no_message_is_named_by_its_line(line: str) -> None:
    with pytest.raises(NotAMessage, match="line 2"):
        list(understand(['{"id": 1, "text": "a"}', line], explain=False))
