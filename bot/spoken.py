"""A button named in words: by its label, by its place (« 2 », « la deuxième », « the second one », « الثانية »), in every language written here."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.offered import OFFERED
from bot.plain import plain, stuck, stuck_label
from bot.routing import ANSWER
from storage.lanes import Lane

LONGEST = 40
_ORDINALS = """
1er 1ere 1re premier premiere first 1st primero primera primer 1o 1a перший перша перше першу الأول الأولى أول
2e 2eme 2nd 2nde deuxieme deuzieme second seconde segundo segunda 2o 2a другий друга друге другу الثاني الثانية ثاني
3e 3eme troisieme third 3rd tercero tercera tercer 3o 3a третій третя третє третю الثالث الثالثة ثالث
4e 4eme quatrieme fourth 4th cuarto cuarta 4o 4a четвертий четверта четверте четверту الرابع الرابعة رابع
5e 5eme cinquieme fifth 5th quinto quinta 5o 5a п'ятий п'ята п'яте п'яту الخامس الخامسة خامس
6e 6eme sixieme sixth 6th sexto sexta 6o 6a шостий шоста шосте шосту السادس السادسة سادس
7e 7eme septieme seventh 7th septimo septima 7o 7a сьомий сьома сьоме сьому السابع السابعة سابع
8e 8eme huitieme eighth 8th octavo octava 8o 8a восьмий восьма восьме восьму الثامن الثامنة ثامن
9e 9eme neuvieme ninth 9th noveno novena 9o 9a дев'ятий дев'ята дев'яте дев'яту التاسع التاسعة تاسع
10e 10eme dixieme tenth 10th decimo decima 10o 10a десятий десята десяте десяту العاشر العاشرة عاشر
11e 11eme onzieme eleventh 11th undecimo undecima одинадцятий одинадцята
12e 12eme douzieme twelfth 12th duodecimo duodecima дванадцятий дванадцята
"""
"""A line a place: French, English, Spanish, Ukrainian, Arabic, in their genders."""
_COUNTED = """
un une one uno una один одна واحد
deux two dos два дві اثنان اثنين
trois three tres три ثلاثة
quatre four cuatro чотири أربعة
cinq five cinco п'ять خمسة
six seis шість ستة
sept seven siete сім سبعة
huit eight ocho вісім ثمانية
neuf nine nueve дев'ять تسعة
dix ten diez десять عشرة
onze eleven once одинадцять
douze twelve doce дванадцять
"""
"""Heard after « le », « numéro » and their like alone: « deux » by itself counts something else as well."""
_LAST = "dernier derniere last ultimo ultima останній остання останнє останню الأخير الأخيرة اخير"
_ALWAYS_THERE = frozenset({"menu", "personne", "urgence", "donnees", "data:on:announcements", f"{ANSWER}skip"})
"""The ids of what stands under most answers, what one agrees to by its name alone among them: « le dernier » is the last of what was to be chosen
from."""
_NAMES_A_PLACE = (
    "le la numero n no choix option reponse bouton number choice answer button el lo opcion respuesta номер варіант رقم الرقم الخيار خيار"
)
_BESIDE = """
l les je prends veux voudrais choisis prefere plutot alors donc celui celle svp stp s il te plait merci
the i ll take want pick choose prefer one please thanks quiero elijo prefiero por favor gracias
я хочу беру обираю будь ласка дякую أريد من فضلك شكرا
"""
"""Words around a place that change nothing of it."""


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, int]:
    """Words → place, from 0."""
    return {plain(word): place for place, line in enumerate(_ORDINALS.split("\n")[1:-1]) for word in line.split()}


@lru_cache(maxsize=1)
def _counted() -> dict[str, int]:
    return {plain(word): place for place, line in enumerate(_COUNTED.split("\n")[1:-1]) for word in line.split()}


@lru_cache(maxsize=8)
def _set(words: str) -> frozenset[str]:
    return frozenset(plain(words).split())


def _place(name: str, offered: int, *, named: bool) -> int:
    """The place these words name, from 0; `offered` itself for none. `named`: something before them says that they are a place."""
    if name in _set(_LAST):
        return offered - 1
    if re.fullmatch(r"\d{1,3}", name):
        return int(name) - 1 if int(name) else offered
    return _ordinals().get(name, _counted().get(name, offered) if named else offered)


def named(text: str, labels: Sequence[str]) -> int | None:
    """Which of these labels the words name, from 0: by itself, by its place, « le dernier »; None for none."""
    if not labels or len(text) > LONGEST:
        return None
    said, written = plain(text), stuck(text)
    for place, label in enumerate(labels):
        if stuck_label(label) == written and written:
            return place
    words, marks = said.split(), _set(_NAMES_A_PLACE)
    rest = " ".join(word for word in words if word not in marks and word not in _set(_BESIDE))
    place = _place(rest, len(labels), named=any(word in marks for word in words)) if rest else len(labels)
    return place if place < len(labels) else None


def spoken_choice(lane: Lane, text: str) -> str | None:
    """The id of the choice these words name among those last offered."""
    offered = lane.state.get(OFFERED)
    if not isinstance(offered, list):
        return None
    place = named(text, [str(label) for _name, label in offered])
    if place == len(offered) - 1 and not _set(_LAST).isdisjoint(plain(text).split()):
        place = next((nth for nth in range(place, -1, -1) if offered[nth][0] not in _ALWAYS_THERE), place)
    return None if place is None else str(offered[place][0])
