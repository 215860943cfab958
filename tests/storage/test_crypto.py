"""Sealed values and look-up keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import Undecipherable
from storage.crypto import Vault, Wrapper, fold_name, fold_phone, new_key

PLACE = "message.content"
ANYTHING = some.text(some.characters(codec=None), max_size=200)
KEYS = {1: new_key(), 2: new_key()}
LOOKUP = new_key()


def vault() -> Vault:
    return Vault({1: KEYS[1]}, LOOKUP)


@given(text=ANYTHING)
def test_any_text_survives(text: str) -> None:
    blob = vault().seal(PLACE, text)
    assert vault().open(PLACE, blob) == text
    assert len(text) < 4 or text.encode("utf-8", "surrogatepass") not in blob


@pytest.mark.parametrize("text", ["", "\0", "é\u200f\u202eعربي", "👩🏽‍🚒", "\ud83d"])
def test_awkward_text_survives(text: str) -> None:
    assert vault().open(PLACE, vault().seal(PLACE, text)) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert len({vault().seal(PLACE, "bonjour") for _ in range(100)}) == 100


@given(texts=some.lists(ANYTHING, max_size=5))
def test_many_at_once_are_each_sealed_by_itself(texts: list[str]) -> None:
    blobs = vault().seal_all(PLACE, [*texts, *texts])
    assert len(set(blobs)) == 2 * len(texts)
    assert [vault().open(PLACE, blob) for blob in blobs] == vault().open_all(PLACE, blobs) == [*texts, *texts]
    for blob in blobs:
        with pytest.raises(Undecipherable):
            vault().open_all("person.name", [blob])


def test_a_value_does_not_open_in_another_column() -> None:
    with pytest.raises(Undecipherable):
        vault().open("person.name", vault().seal(PLACE, "Zoé"))


@pytest.mark.parametrize("at", [1, 12, 13, -1])
def test_an_altered_value_does_not_open(at: int) -> None:
    blob = bytearray(vault().seal(PLACE, "Zoé"))
    blob[at] ^= 1
    with pytest.raises(Undecipherable):
        vault().open(PLACE, bytes(blob))


@pytest.mark.parametrize("blob", [b"", b"\1", b"\1" * 28, b"\7" * 60])
def test_what_was_never_sealed_does_not_open(blob: bytes) -> None:
    with pytest.raises(Undecipherable):
        vault().open(PLACE, blob)


def test_a_wrong_key_does_not_open() -> None:
    with pytest.raises(Undecipherable):
        Vault({1: KEYS[2]}, LOOKUP).open(PLACE, vault().seal(PLACE, "Zoé"))


def test_the_newest_key_writes_and_the_old_one_still_opens() -> None:
    old = vault().seal(PLACE, "avant")
    both = Vault(KEYS, LOOKUP)
    assert both.writing == both.seal(PLACE, "après")[0] == 2
    assert both.open(PLACE, old) == "avant"


def test_an_unknown_key_is_asked_for_once_more() -> None:
    asked = []

    def ask() -> None:
        asked.append(True)
        late.learn(KEYS)

    late = Vault({1: KEYS[1]}, LOOKUP, ask)
    assert late.open(PLACE, Vault(KEYS, LOOKUP).seal(PLACE, "neuf")) == "neuf"
    assert asked == [True]


def test_look_ups_find_the_whole_normalised_value_in_its_place() -> None:
    here = vault()
    assert here.lookup("person.name_key", "Zoé") == here.lookup("person.name", " zoe ")
    assert here.lookup("person.phone_key", "06 12 34 56 78") == here.lookup("person.phone_key", "+33 6 12 34 56 78")
    assert here.lookup("caseworker.email_key", "A@b.fr ") == here.lookup("caseworker.email_key", "a@B.FR")
    assert here.lookup("address.peer_key", "AbC") != here.lookup("address.peer_key", "abc")
    assert here.lookup("person.name_key", "Zoé") != here.lookup("address.peer_key", "zoe")
    assert here.lookup("person.name_key", "Zo") != here.lookup("person.name_key", "Zoé")
    assert len(here.lookup("address.peer_key", "1")) == 16
    assert Vault(KEYS, new_key()).lookup("address.peer_key", "1") != here.lookup("address.peer_key", "1")


@pytest.mark.parametrize(
    ("value", "folded"),
    [("Zoé", "zoe"), ("  Jean-Paul ", "jean paul"), ("ÇELİK", "celik"), ("Ма́ша", "маша"), ("", "")],
)
def test_names_are_folded(value: str, folded: str) -> None:
    assert fold_name(value) == folded


@pytest.mark.parametrize(
    ("value", "folded"), [("06.12.34.56.78", "33612345678"), ("0033612345678", "33612345678"), ("+221 77 123", "22177123"), ("115", "115")]
)
def test_phones_are_folded(value: str, folded: str) -> None:
    assert fold_phone(value) == folded


def test_wrapped_keys_open_with_any_secret_and_say_which() -> None:
    key = new_key()
    old = Wrapper(("o" * 32,)).wrap("secret.data.1", key)
    assert Wrapper(("n" * 32, "o" * 32)).unwrap("secret.data.1", old) == (key, True)
    assert Wrapper(("o" * 32, "n" * 32)).unwrap("secret.data.1", old) == (key, False)
    with pytest.raises(Undecipherable):
        Wrapper(("n" * 32,)).unwrap("secret.data.1", old)
    with pytest.raises(Undecipherable):
        Wrapper(("o" * 32,)).unwrap("secret.data.2", old)
