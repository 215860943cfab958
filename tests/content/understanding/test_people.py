"""For whom somebody writes, told from their words; in doubt, for themselves."""

import pytest

from content.understanding.people import Writer, asks_who_is_known, names_somebody, writer

WHO = {
    "bonjour c'est pour mon fils de 19 ans il cherche un logement": Writer.RELATIVE,
    "jecris pr ma soeur": Writer.RELATIVE,
    "ma fille cherche un studio": Writer.RELATIVE,
    "c'est pour quelqu'un d'autre": Writer.RELATIVE,
    "I'm writing for my brother": Writer.RELATIVE,
    "my friend needs a room": Writer.RELATIVE,
    "أكتب لأخي": Writer.RELATIVE,
    "je suis éducatrice, j'accompagne un jeune de 18 ans": Writer.PROFESSIONAL,
    "Je suis assistante sociale, comment joindre votre équipe ?": Writer.PROFESSIONAL,
    "je suis professionnelle": Writer.PROFESSIONAL,
    "je travaille à la mission locale": Writer.PROFESSIONAL,
    "I am a youth worker, who can I contact?": Writer.PROFESSIONAL,
    "c'est pour moi": Writer.SELF,
    "it's for me": Writer.SELF,
    "je cherche un appart pour moi et ma fille": None,
    "je cherche un logement avec ma copine": None,
    "je suis éducatrice et je cherche un studio": None,
    "mon frère m'héberge": None,
    "un ami m'a parlé de vous": None,
    "c'est pour mon dossier": None,
    "ma mère est garante": None,
    "": None,
}


@pytest.mark.parametrize(("text", "who"), WHO.items())
def test_who_writes(text: str, who: Writer | None) -> None:
    assert writer(text) is who


KNOWN = {
    "il est suivi chez vous je crois ?": True,
    "est-ce que mon fils est inscrit chez vous": True,
    "vous connaissez mon frère Karim ?": True,
    "ma fille a rendez-vous chez vous ?": True,
    "where is my sister": True,
    "est-ce que je suis suivi chez vous": False,
    "ma copine est hébergée chez sa mère": False,
    "vous êtes où ?": False,
}


@pytest.mark.parametrize(("text", "asked"), KNOWN.items())
def test_whether_somebody_is_known(text: str, asked: bool) -> None:
    assert asks_who_is_known(text) is asked


def test_a_name_given() -> None:
    assert names_somebody("il s'appelle Yanis")
    assert names_somebody("his name is Sam")
    assert not names_somebody("comment ça s'appelle ?")
