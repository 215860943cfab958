"""What the words of an answer about an appointment are about, and which of them a « pas » denies: « je ne viens pas » is COME, denied.

A few notions stand for the many words that say them, so that what was learnt of one is known of all.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from content.understanding.normalise import Token, elided, sound

_NOTIONS = """
COME: vien* vient vi1 venir vnir venu* viendr* vien passe passer passerai pass* arriv* arive* ariv* jarriv* presen* serai sera serez
COME: serais srai come coming attend attends there احضر سأحضر نجي جاي اجي iré voy прийду буду приду
CONFIRM: confirm* confime confrime valid* maintien* maintenu garde gardez bouge confirmed note entendu recu convenu prevu promis
CONFIRM: promi compter comptez conter tkt inquiet* inquiete*
CANCEL: annul* anul* suprim* supprim* desist* enlev* enleve* retir* raye rayez ray* renonc* decommand* desinscri* abandon* effac* cancel*
CANCEL: liber* laisse laissez lesse tombe tomber decline* renons* الغ* الغاء annuli cancelar скас* отмен*
MOVE: decal* report* repous* chang* deplac* avanc* modif* repor* reprogram* remett* remet* boug* autre otre plutot repouss* reculer decaler
MOVE: fixer refix* reprendre inverser echang* move reschedul* postpone change another instead later earlier تاجيل تغيير نبدل تبديل перенес*
MOVE: cambiar
LATE: retard* retar* retart* bourre embouteillage* bouchon* coince* trafic rocade late متاخر معطل запізн* tarde
MISSED: rate* rat* loupe* manque* zap* zappe* missed reveil endormi dormi
ILL: malade* fievre* gastro* grippe* covid angine* hopital* hosto urgence* migraine* opere* enceinte blesse* rhume creve vomi* virus
ILL: varicelle accouch* otite* asthme rougeole bronch* angin* platre* cheville vomis* intoxic* entorse genou dent dents fracture* contraction*
ILL: pediatre soigne* medecin docteur kine bequille* sick ill hospital مريض* مستشفى
BUSY: bosse* boss travail* taf taff boulo* boulot* cours examen* exam* stage formation* chef* patron* boss* partiel* oral bac permis code
BUSY: audience jdc alternance epreuve* controle rattrapage conduite entrainement equipe astreinte planning remplac* collegue*
BUSY: mission* interim* occupe* work* lecole ecole lycee usine
AWAY: voyage* vacances etranger demenag* bled pays loin region avion enterrement deces imprevu* empechement* contretemps panne* greve*
AWAY: garder creche nounou nourrice neige verglas accident* vole vol commissariat deplacement etranger bled covoit* essence pneu
AWAY: bloque* fuite
FOUND: trouve* trouv* signe* signé* reloge* cle cles
OURS: rdv rendez vous rendezvous entretien* atelier* visio seance appointment meeting موعد* maw3id cita
THEIRS: proprio* proprietaire* bailleur* agence* caf prefecture* pref plombier* huissier* voisin* coloc* notaire* tribunal* banque* crous
THEIRS: police landlord expulsion caution* loyer* loye bail bailles apl garant* assurance* edf appart* studio* logement* logemen hlm visale
THEIRS: fsl depot preavis charges chauffage* cafard* residence* dettes chambre*
PAPERS: papier* papié* papie* document* justificatif* fiche* carte* avis dossier* attestation* bulletin* rib photocopie* original* copie*
PAPERS: livret passeport titre quittance* releve* identite jugement acte vitale ordonnance certificat convention notification
PAPERS: piece* pochette* papers documents وثائق اوراق
BRING: apport* ramen* amen* prend* prendr* bring نجيب llevar
WHERE: adresse* ladresse bus tram* gare etage* parking batiment* bureau* locaux rue arret* endroit* lieu* ascenseur metro lien porte address
WHERE: enseigne* panneau* logo interphone sonnette sonne digicode portail cour entree accueil salle rampe velo* poussette* station plan
WHERE: facade localisation loc gps google maps chemin trajet ligne quartier sortie repere local locaux where وين فين اين
ASK: quand kan qd quel* kel* quoi koi comment coment cmt combien cb qui ki ou lequel laquelle heure* leure leur heur* lheure jour* date*
ASK: when what who how متى وقتاش شحال
TELL: rappel* redi* redonn* renvoy* renvoi* dites dis donne* envoy* montr* redit* rapel*
FORGOT: oubli* perdu* perdre souvien* souvient retrouv* doute trou
CAN: peux peut peu pourr* pour* pouvoir possib* moyen dispo* libre* can able قدر نقدر
WANT: veux veu voudr* aimer* prefer* souhait* want like بغيت
UNSURE: ptet ptetre depend* verr* reflechi* hesit* peutetre normalement voir maybe perhaps ربما quizas mozhe
NEED: besoin peine question faut fo faudrait falloir
KNOW: sais sait savoir jsai jsais jse
SOLVED: regle* resolu* fini
THANKS: merci* mrc mci remerci* thanks
GREET: bonjour bjr slt salut bonsoir hello coucou cc
IF: si if اذا
BUT: mais sauf but لكن بصح
WITHOUT: sans
"""
"""Each notion and the words that say it, in plain letters; a star stands for any ending."""
_STEMS: dict[str, list[tuple[str, str]]] = {}
_WHOLE: dict[str, str] = {}
for _line in _NOTIONS.strip().splitlines():
    _notion, _colon, _ways = _line.partition(": ")
    for _way in _ways.split():
        _bare = _way.rstrip("*")
        _WHOLE.setdefault(_bare, _notion)
        if _way.endswith("*"):
            _STEMS.setdefault(_bare[:3], []).append((_bare, _notion))
_SOUNDS: Mapping[str, str] = {sound(way): notion for way, notion in reversed(_WHOLE.items()) if way.isascii() and len(way) > 4}
_DENIES = frozenset("pas po pon plus jamais aucun not cant wont dont ne لا ما لن مش не no ma".split())
_MORE = frozenset("tard tot tar to vite proche loin".split())
"""Behind these, « plus » denies nothing."""
_BEFORE, _BEHIND = 2, 4
_HELPS = frozenset({"CAN", "WANT", "NEED"})
_UNDENIED = frozenset({"BUT", "IF", "GREET", "THANKS", "OURS"})


_KIND = {"ILL": "HINDERED", "BUSY": "HINDERED", "AWAY": "HINDERED", "BRING": "THINGS", "PAPERS": "THINGS"}
"""What some notions are alike in: whatever stands in the way is said of in the same turns."""


@lru_cache(maxsize=4096)
def _notion_of(raw: str) -> str | None:
    for word in (raw, elided(raw)):
        if word is None:
            continue
        if word in _WHOLE:
            return _WHOLE[word]
        stems = [(len(stem), notion) for stem, notion in _STEMS.get(word[:3], ()) if word.startswith(stem)]
        if stems:
            return max(stems)[1]
    return _SOUNDS.get(sound(raw)) if raw.isascii() and len(raw) > 4 else None


def notions(said: Sequence[Token]) -> list[str]:
    """The notions of a text, in order; a « - » before one that is denied."""
    found = [(place, notion) for place, token in enumerate(said) if (notion := _notion_of(token.raw))]
    deniable = [(place, notion) for place, notion in found if notion not in _UNDENIED]
    denied: set[int] = set()
    for place, token in enumerate(said):
        following = said[place + 1].raw if place + 1 < len(said) else ""
        if token.raw in _DENIES and not (token.raw == "plus" and following in _MORE):
            denied |= _reached(place, deniable)
    return [f"-{notion}" if place in denied else notion for place, notion in found]


def _reached(place: int, found: Sequence[tuple[int, str]]) -> set[int]:
    """Which notions a « pas » at this place denies: the one right before it, and what that one helps, or else the one that follows."""
    before = [(at, notion) for at, notion in found if 0 < place - at <= _BEFORE][-1:]
    behind = [at for at, notion in found if 0 < at - place <= _BEHIND][:1]
    if before and before[0][1] not in _HELPS:
        return {before[0][0]}
    return {*(at for at, _notion in before), *behind}


def about(said: Sequence[Token], asks: bool) -> Iterator[str]:
    """What an answer is about: its notions and what kind they are of, each pair in order, the first and the last, each as it is asked or told."""
    found = notions(said)
    mark = "?" if asks else "."
    yield from _turns(found, mark)
    kinds = [_kind(notion) for notion in found]
    if kinds != found:
        yield from _turns(kinds, mark)
    if not found and said:
        yield f"nothing{mark}"


def _kind(notion: str) -> str:
    plain = notion.removeprefix("-")
    return notion.replace(plain, _KIND.get(plain, plain))


def _turns(found: Sequence[str], mark: str) -> Iterator[str]:
    for nth, notion in enumerate(found):
        yield notion
        yield f"{notion}{mark}"
        yield from (f"{notion}>{other}" for other in dict.fromkeys(found[nth + 1 :]))
    if found:
        yield f"<{found[0]}"
        yield f"{found[-1]}>"
