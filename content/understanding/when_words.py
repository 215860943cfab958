"""Words of time as they are typed, in French, English and Arabic, brought to one small language of signs that `when` reads.

A sign is a word in capitals (NEXT, WEEK), W and a weekday, T and days from today, M and a month, O and a place in an order, N1 « le 1er », H and an
hour, D and a date; figures stay; BREAK is a punctuation mark, REST any other word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from string import ascii_lowercase

from content.understanding.normalise import Token, plain, sound, tokens

REST, BREAK, LE = "_", "BREAK", "LE"
_BY_SOUND = """
W0: lundi · W1: mardi · W2: mercredi · W3: jeudi · W4: vendredi · W5: samedi · W6: dimanche
M1: janvier · M2: fevrier · M4: avril · M6: juin · M7: juillet · M8: aout · M9: septembre · M10: octobre · M11: novembre · M12: decembre
T1: demain · MORNING: matin, matinee · WEEK: semaine · NEXT: prochaine, prochain, suivante, suivant · INSTEAD: place de
RATHER: plutot, prefere, prefererais, preference · BUSY: travaille, examen, ecole · CAN: possible, disponible, convient
"""
"""Found however they are spelled, if they sound so. Several words: one after the other."""
_WRITTEN = """
W0: lundis, monday, mondays, mon day, اثنين, تنين, لتنين, لاثنين, tnin, tnine
W1: mardis, tuesday, tuesdays, tues, ثلاثاء, ثلاثا, تلات, تلاتاء, ثلاث, tlat, tlata
W2: mercredis, wednesday, wednesdays, weds, اربعاء, اربعا, لاربعا, larb3a, larba3
W3: jeudis, thursday, thursdays, thurs, خميس, لخميس, khmis, lkhmis
W4: vendredis, friday, fridays, fri, جمعه, jem3a, jm3a, joum3a
W5: samdi, samedis, saturday, saturdays, سبت, sebt, es sebt
W6: dimanches, sunday, sundays, احد, حد
M1: janv, jan, january, يناير, جانفي · M2: fev, february, feb, فبراير, فيفري · M3: mars, march, مارس · M4: avr, april, apr, ابريل, افريل
M5: mai, may, مايو, ماي · M6: june, يونيو, جوان · M7: juil, july, jul, يوليو, جويليه · M8: august, aug, اغسطس, اوت, غشت
M9: sept, sep, september, سبتمبر, شتنبر · M10: oct, october, اكتوبر · M11: nov, november, نوفمبر, نونبر · M12: dec, december, ديسمبر, دجنبر
T0: aujourd hui, auj, ajrd, ajd, today, lyoum, lyom, nharda
T1: dmain, 2moro, tomorrow, tmrw, tmr, tmw, tomoz, tomorow, tommorow, غدا, غد, غدوه, بكرا, بكره, غدوا, ghedda, gheda, ghda, ghodwa, bokra
T1: bukra
T2: apres demain, apre demain, apredemain, apresdemain, apre2main, apres2main, apdemain, ap demain, day after tomorrow
T2: the day after tomorrow
T2: بعد غد, بعد غدا, بعد غدوه, بعد بكرا, بعد بكره, b3d ghedda, ba3d ghedda
MORNING: mat, mat1, matain, maten, matins, morning, mornings, صباح, صبح, صباحا, sbah, sba7, ssbah
AFTERNOON: aprem, aprems, apresmidi, apres midi, apre midi, apremidi, aprm, aprmidi, ap midi, apm, apmidi, apreme, laprem, laprm, pm
AFTERNOON: afternoon
AFTERNOON: afternoons, بعد ظهر, عشيه, عشيا, عشي, عصر, العصر, l3chiya, la3chiya, 3chiya, le3chiya
EVENING: soir, soirs, soiree, evening, evenings, tonight, night, مساء, مسا, ليل, massa
NOON: midi, noon, midday, ظهر
NEXT: pro, proch, proche, prochne, prochai, prochaines, prochains, suivan, dapres, next, following, قادم, قادمه, جاي, جايه, مقبل, مقبله
NEXT: jaya, jay, ljaya
NEXT: apres la, d apres
THIS: ce, cet, cette, cte, this, هذا, هاد
WEEK: sem, smaine, semn, semaines, weeks, week, اسبوع, سيمانه, سمانه, simana, semana, osbou3
WEEKEND: week end, weekend, weekends, we · MONTH: mois, month, شهر · DAYS: jours, jour, journee, jrs, days, day, ايام
BEGIN: debut, debu, beginning, start of, early, بدايه · MID: mi, milieu, middle, mid, منتصف · END: fin, end, late, نهايه, اخر
IN: dans, in, en, ds · IN8: en 8, en huit, d ici huit · IN15: en 15, en quinze
BEFORE: avant, avan, before, qabl, قبل, 9bel, qbel · AFTER: apres, apre, aprs, after, past, بعد, b3d, ba3d, men b3d
FROM: a partir de, a partir du, a partir, apartir, apartir de, partir de, des, depuis, from, starting, onwards, ابتداء, من
UNTIL: jusqu a, jusqua, jusqu au, jusque, jusk, juska, jusko, jusqu, until, till, til, حتي, لحد · BETWEEN: entre, between, بين
AND: et, and, و · OR: ou, or, sinon, soit, او, ولا, wla · AROUND: vers, environ, around, about, حوالي, نحو
NOT: pas possible, pas dispo, pas disponible, pas libre, peux pas, pourrai pas, pourrais pas, peu pas, pe pas, pas pouvoir, pas moyen
NOT: pas bon, pas trop, pas, jamais, impossible, mort, mor, not, no way, cant, can t, cannot, can not, couldnt, dont, don t, isnt, isn t
NOT: doesn t, doesnt, wont
NOT: won t, unable, لا, ما, مش, ماشي, ليس, لست, مو, غير مناسب, machi, mish, ma n9darch, man9darch, n9darch, n9derch, nqdarch, قدرش, نقدرش
NOT: mana9darch
NOT: peux plus, pourrai plus, pourrais plus, suis plus dispo, plus dispo, indispo, indisponible, unavailable, absent, absente, ni
EXCEPT: any day but, any time but, anything but, any but
EXCEPT: tout mais pas, sauf, a part, apart, hormis, excepte, except, but not, other than, ماعدا, عدا, الا
EXCEPT: men ghir
INSTEAD: au lieu de, au lieu du, au lieu, lieu de, a la place de, a la place du, la place de, plutot que, instead of, rather than, et pas
INSTEAD: et non
INSTEAD: بدل, بدلا, بدل من
BUSY: bosse, boss, jboss, bosser, taf, taff, boulot, boulo, taffe, cours, lycee, stage, formation, exam, exams, partiel, partiels, occupe
BUSY: occupee, pris
BUSY: prise, entretien, dentiste, medecin, work, working, job, busy, class, classes, school, exam, خدمه, نخدم, خدام, شغل, عمل, مدرسه
BUSY: دراسه, امتحان, خدامه
FINISH: finis, fini, sors, sort, termine, debauche, jfini, jsors, jsort, jtermine, jfinis, finish, off at
START: commence, embauche, debute, reprends, jcommence, jembauche, starts, start
RATHER: plutot, pluto, mieux, mieu, arrange, arrangerait, pref, jpref, rather, better, prefer, instead, افضل, احسن, خير
CAN: peux, peut, pourrais, pourrait, dispo, dispos, libre, ok, oui, ouais, can, could, free, available, fine, works, good, قدر, نقدر, اقدر
CAN: ممكن, n9dar, نعم
CAN: irait, marche, va, ira, suits, suit, dacc, d accord, mettez, mets, mettre, propose, proposez, faire
NO: non, nan, nn, no, nope
BUT: mais, but, par contre, however, لكن, بس, بصح, walakin, tandis · THAN: que, than
ANY: n importe, nimporte, nimport, n import, importe, peu importe, egal, osef, comme vous voulez, comme tu veux, kom tu ve, kom vs voulez
ANY: quand vous voulez
ANY: quand tu veux, toutes, tous, any, anytime, any time, any day, whatever, whenever, whichever, doesnt matter, اي وقت, اي يوم
ANY: كما تريدون, مهم
SOONEST: le plus tot, le plus to, le plus vite
SOONEST: plus tot possible, plus vite possible, au plus tot, au plus vite, asap, as soon as possible, soonest, earliest, اقرب وقت
SOONEST: اقرب موعد, first available
LATEST: le plus tard, le plus loin, latest
EARLIER: plus tot, plus to, plus vite, plus proche, avancer, earlier, sooner, ابكر, اقرب
LATER: plus tard, plus tar, repousser, later, متاخر
HALF: et demi, et demie, et dmi, et dem, ونص, نص, ونصف, half · QUARTER: et quart, ربع, وربع · LESS: moins le quart, moins quart, الا ربع
CLOCK: heure, heures, heur, heurs, o clock, oclock, ساعه, ساعا, sa3a, الساعه · AT: at, @
O1: premier, premiere, premiers, prem, preum, first, اول, اولي · O2: deuxieme, second, seconde, deuzieme, 2em, 2iem, ثاني, ثانيه, تاني, تانيه, tani
O3: troisieme, third, 3em, ثالث, ثالثه, تالت, talet · O4: quatrieme, fourth, رابع, رابعه · O5: cinquieme, fifth, خامس, خامسه
O6: سادسه · O7: سابعه · O8: ثامنه · O9: تاسعه · O10: عاشره · O-1: dernier, derniere, last, last one, اخير, اخيره
LE: le, du, au, the, lé, نهار
LATE: retard, retar, late
"""
"""Found as they are written, once accents are gone; several words: the longest run wins."""
_SMALL = frozenset("la l les de d des a un une je j on tu vous il me m te y ai i my to for on of it s is est c est ca sa svp stp s il".split())
_NUMBERS = (
    {
        word: str(number)
        for number, word in enumerate(
            "zero . deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf vingt".split()
        )
        if word != "."
    }
    | {"trente": "30", "quarante": "40"}
    | {word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
)
_LETTERS = "\u0621-\u064a\u066e-\u06d3"
_SCAN = re.compile(
    rf"""
    (?P<date>\b\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?\b | \b\d{{1,2}}[.-]\d{{1,2}}[.-]\d{{2,4}}\b)
    | \b(?P<half>\d{{1,2}})(?:[:.](?P<past>[0-5]\d))?\ ?(?P<noon>am|pm|a\.m\b\.?|p\.m\b\.?)(?![a-z0-9])
    | \b(?P<hour>\d{{1,2}})\ ?(?:h|heures?|hrs?|:(?=\d))\ ?(?P<minute>[0-5]\d)?(?![a-z0-9])
    | \b(?P<place>\d{{1,2}})(?:er|ere|e|em|eme|ieme|nde)\b
    | \b(?P<number>\d+)(?:nd|rd|th|st)?\b
    | \b(?P<day>lun|mar|mer|jeu|ven|sam|dim)\b\.?(?=\ ?\d)
    | (?P<word>[a-z0-9]*[a-z][a-z0-9]*|[{_LETTERS}]+|@)
    | (?P<break>[.,;:!?\n…؟،()]+)
    """,
    re.VERBOSE,
)
_STUCK = re.compile(r"(?<=[a-z]di)(?=\d)|(?<=\d)(?=(?:janv|fevr|avril|juin|juil|aout|sept|octo|nove|dece)[a-z]*\b)")
_ALONE = re.compile(
    r"^((?:(?:ok|oui|le|pour|pr|plutot|alors) )*)(lun|mar|mer|jeu|ven|sam|dim)\b\.?(?=(?: (?:matin|mat|aprem|apres midi|soir|am))?\W*$)"
)
"""A day cut short and nothing more, as buttons show it; in other words « mer » is the sea, and « Sam » somebody."""
_PLUS = re.compile(r"\+ ?(?=to|vit|pro)")
_SHORT_DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_WHOLE_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
LONGEST_PHRASE = 4
_TODAY = "اليوم"


def _entries(table: str) -> Iterator[tuple[str, str]]:
    for entry in table.replace("\n", "·").split("·"):
        sign, _colon, ways = entry.partition(":")
        yield from ((way.strip(), sign.strip()) for way in ways.split(",") if way.strip())


_PHRASES: Mapping[tuple[str, ...], str] = {tuple(way.split()): sign for way, sign in (*_entries(_BY_SOUND), *_entries(_WRITTEN))}
_HEARD: Mapping[str, str] = {sound(way): sign for way, sign in _entries(_BY_SOUND)}
_SHORTEST_HEARD = 4
"""Words of so many letters or more are told by their sound."""
_SHORTEST_MISTYPED = 6
"""Words of so many letters or more are told even where one is wrong, missing or too many; one shorter, where two are swapped."""


def _mistyped(word: str) -> Iterator[str]:
    """The word with one typing error."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (start + end[1] + end[0] + end[2:] for start, end in parts if len(end) > 1)
    if len(word) >= _SHORTEST_MISTYPED:
        yield from (start + end[1:] for start, end in parts if end)
        yield from (start + letter + end[shift:] for start, end in parts for letter in ascii_lowercase for shift in (0, 1) if end or not shift)


_NEARLY: Mapping[str, str] = {
    typed: sign for way, sign in _entries(_BY_SOUND) if way.isalpha() and len(way) >= _SHORTEST_MISTYPED - 1 for typed in _mistyped(way)
}


def signs(text: str) -> list[str]:
    """What a text says of time, in order, with what stands around it."""
    said = list(_said(text))
    found: list[str] = []
    place = 0
    while place < len(said):
        sign, length = _sign(said, place)
        if sign:
            found.append(sign)
        place += length
    return [sign for sign, following in pairwise((*found, BREAK)) if sign != LE or _numbered(following)]


def sketch(text: str) -> list[str]:
    """A text with its words of time brought to their kind (« jeudi » and « demain » are DAY) and the others as they sound: what it says, whenever."""
    said = list(_said(text))
    found: list[str] = []
    place = 0
    while place < len(said):
        sign, length = _sign(said, place)
        found.append(said[place].symbol if sign in ("", REST, LE) else _kind(sign))
        place += length
    return found


def _kind(sign: str) -> str:
    if sign.isdecimal():
        return "FIGURE"
    return _KINDS.get(sign[0], sign) if sign[1:2].isdecimal() else sign


_KINDS = {"W": "DAY", "T": "DAY", "D": "DATE", "H": "HOUR", "M": "MONTH", "O": "PLACE", "N": "DATE"}


def _numbered(sign: str) -> bool:
    """A figure, a date or « 1er »: an article before anything else says nothing."""
    return sign.isdecimal() or sign == "N1" or (sign[0] == "D" and sign[1:2].isdecimal())


def _said(text: str) -> Iterator[Token]:
    """The words of a text; what is a sign already (an hour, a date, a break) is its own word."""
    meant = _PLUS.sub("plus ", _ALONE.sub(_whole_day, plain(text)[:2000]))
    for match in _SCAN.finditer(_STUCK.sub(" ", meant)):
        if (word := match["word"]) is not None:
            yield from map(_bare, tokens(word))
        else:
            sign = _figure(match)
            yield Token(sign, sign, False)


def _whole_day(match: re.Match[str]) -> str:
    return match[1] + _WHOLE_DAYS[_SHORT_DAYS.index(match[2])]


def _bare(token: Token) -> Token:
    """The word, without what Arabic joins to it; « اليوم » is today, « يوم » any day."""
    if token.raw == _TODAY:
        return Token("T0", "T0", False)
    return token if token.raw.isascii() else Token(token.key, token.key, token.small)


def _figure(match: re.Match[str]) -> str:
    if match["break"]:
        return BREAK
    if match["day"]:
        return f"W{_SHORT_DAYS.index(match['day'])}"
    if match["date"]:
        return f"D{re.sub('[.-]', '/', match['date'])}"
    if match["half"]:
        hour = int(match["half"]) % 12 + (12 if match["noon"].startswith("p") else 0)
        return f"H{hour}:{match['past'] or '00'}"
    if match["hour"]:
        return f"H{int(match['hour'])}" + (f":{match['minute']}" if match["minute"] else "")
    if match["place"]:
        return "N1" if int(match["place"]) == 1 else f"O{int(match['place'])}"
    return match["number"]


def _sign(said: Sequence[Token], place: int) -> tuple[str, int]:
    """The sign of the longest phrase that begins here, and how many words it takes; "" for a word that means nothing here."""
    for length in range(min(LONGEST_PHRASE, len(said) - place), 0, -1):
        sign = _PHRASES.get(tuple(token.raw for token in said[place : place + length]))
        if sign is not None:
            return sign, length
    token = said[place]
    if token.raw[0].isupper() or token.raw.isdecimal():
        return token.raw, 1
    if token.raw in _NUMBERS:
        return _NUMBERS[token.raw], 1
    heard = _HEARD.get(token.key) if len(token.raw) >= _SHORTEST_HEARD else None
    return heard or _NEARLY.get(token.raw) or ("" if token.raw in _SMALL else REST), 1
