"""What free words mean in the tests of what is understood."""

from storage import messages
from storage.engine import Work
from tests.talk import Talk

LINE = "115 · 17 · 119 · 3114"
NOT_THAT = "Ce n’est pas ça"
SAID = {
    "kan je par jrecupere la koz": "sure bail-depot-garantie-retour | bail-preavis aide-depot-garantie",
    "un truc pour mon garant": "sure aide-visale | orientation chercher-dossier",
    "visale tout seul": "sure aide-visale",
    "mon proprio i veu pa": "unsure bail-reparations bail-depot-garantie-retour bail-conge-proprietaire",
    "le proprio encore": "unsure bail-conge-proprietaire bail-reparations talk-to-human",
    "ni rdv ni page": "unsure talk-to-human thanks menu",
    "un jour peut etre": "unsure book-appointment my-data outside-job",
    "jparle a qqn ou quoi": "sure talk-to-human",
    "jveu un rdv": "sure book-appointment",
    "jpeu pas venir a cette date": "sure move-appointment",
    "jviens pas 2main": "sure cancel-appointment",
    "c quan mon rdv": "sure my-appointments",
    "jai droit a koi": "sure orientation",
    "jsui pas content de vous": "sure give-feedback",
    "mes infos c ou": "sure my-data",
    "lachez moi avec vos messages": "sure stop",
    "parle autrement stp merci bien": "sure change-language",
    "une amie a besoin": "sure for-someone-else",
    "tu sers a quoi": "sure menu",
    "wesh la team": "sure greeting",
    "trop bien tu gere": "sure thanks",
    "allez jme casse": "sure goodbye",
    "ya quelquun derriere": "sure bot-question",
    "boloss": "sure insult",
    "bot de merde jveu un rdv": "sure book-appointment",
    "jcherche du taf": "sure outside-job",
    "jai mal au ventre": "sure outside-health",
    "jveu changer decole": "sure outside-school",
    "mon titre de sejour": "sure outside-papers",
    "le permis c combien": "sure outside-transport",
    "une recette de crepes": "sure outside-other",
    "jsui trop vieux": "sure outside-age",
    "jai 34 ans jsui trop vieux": "sure outside-age",
    "jai 15 ans jveu un rdv": "sure book-appointment",
    "page qui nexiste pas": "sure page-of-another-service",
    "mon garant et puis mon preavis": "sure aide-visale | aide-apl bail-signer + bail-preavis",
    "mes donnees et mon preavis": "sure my-data + bail-preavis",
    "un rdv et mon preavis": "sure book-appointment + bail-preavis",
    "quelquun et mon preavis": "sure talk-to-human + bail-preavis",
    "pe etre ca et mon preavis": "unsure aide-visale aide-apl bail-signer + bail-preavis",
    "pe etre mon preavis": "unsure aide-visale bail-preavis bail-signer + bail-preavis",
}


async def kept(talk: Talk) -> list[str]:
    """What the database holds of what this person said."""
    lane = await talk.lane()

    def unit(work: Work) -> list[str]:
        return messages.written(work, lane.conversation_id, 100)

    return await talk.road.storage.read(unit)
