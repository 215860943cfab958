"""« Continuer en privé »: the same person, the same demande, on a page of our own; and back (« revenir ici »).

The page shows nothing of what was said before: its link comes by the application, so that whoever reads the application can open it. While a page is
open the application says that an answer is there, once until its person writes, and nothing of it (docs/decisions).
"""

from bot import outbox
from bot.messages import Address, Choice, Kind, Outbound, Purpose
from bot.plain import plain
from bot.routing import Rank, Turn, choices, on, words
from content.words import _, words_of
from handlers import screen
from handlers.buttons import MENU, PERSON, URGENCE, button, buttons, labelled
from handlers.open_danger import follow, in_danger
from handlers.unopened import no_page
from storage import crises, lanes, private_links, threads, unsaid
from storage.columns import from_moment, to_moment
from storage.engine import Work
from storage.lanes import HUMAN, Lane

PRIVATE, BACK = "private", "private:back"
PRIVATE_LABEL, BACK_LABEL, CLOSE_LABEL, OPEN_LABEL = _("Continuer en privé"), _("Revenir ici"), _("Fermer cette page"), _("Ouvrir la page")
YOUR_LINK = _("Voici une page à part pour continuer. Le lien marche une fois, pendant 30 minutes. Ouvre-le sur un téléphone à toi.")
THEN_ERASE = _("Si quelqu'un d'autre peut lire ici, efface ensuite cette conversation.")
HERE_ALREADY = _("Ici, c'est déjà une page à nous : aucune autre entreprise ne la lit.")
GOES_ON = _("On continue ici, avec la même équipe et la même demande. Ce qui s'est dit avant n'est pas montré sur cette page.")
SAID_THERE = _("On continue sur ta page à part. Ici, je ne réponds plus.")
ANSWER_THERE = _("Tu as une réponse sur ta page privée.")
BACK_HERE = _("D'accord, on continue ici. Ta page à part est fermée.")
CLOSED = _("D'accord, cette page se ferme. On continue là où tu écrivais avant.")
OFFERED = _("{prenom} te propose de continuer sur une page à part, en dehors de cette appli. C'est toi qui vois.")
WANTS = (
    *("je veux parler en prive", "parler en prive", "on peut parler en prive", "discuter en prive", "continuer en prive", "en prive"),
    *("jveux parler en prive", "je veux continuer en prive", "c est prive", "i want to talk in private", "talk in private", "can we talk in private"),
    *("continue in private", "in private", "أريد التحدث على انفراد", "التحدث على انفراد", "على انفراد", "أريد الحديث على انفراد"),
)
BACKS = frozenset(
    map(
        plain,
        (
            *("revenir ici", "je veux revenir ici", "je reviens ici", "on continue ici", "continuer ici", "fermer cette page", "ferme cette page"),
            *("come back here", "back here", "continue here", "close this page", "العودة إلى هنا", "نكمل هنا", "إغلاق هذه الصفحة"),
        ),
    )
)
OURS = "webchat"
"""The channel that is a page of our own."""
SAID = frozenset({Kind.TEXT, Kind.EDITED, Kind.COMMAND, Kind.CHOICE})
_AWAY = "private"
"""In the state of the conversation somebody left for a page: when it was last said that an answer is there, None for never."""


@on(Rank.ALLOWED, choices(PRIVATE), words(*WANTS))
def give_link(turn: Turn) -> None:
    """A link to a page of their own; on such a page, that it is one."""
    if turn.lane.address.channel == OURS:
        turn.reply(HERE_ALREADY, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    if no_page(turn):
        return
    link = Choice(PRIVATE, turn.words.say(OPEN_LABEL), link=f"/c/{private_links.make(turn.work, turn.lane)}")
    wipe = (button(turn, screen.WIPE, screen.WIPE_LABEL),) if screen.can_wipe(turn.lane.address) else ()
    body = f"{turn.words.say(YOUR_LINK)} {turn.words.say(THEN_ERASE)}"
    turn.reply_content(body, link, *wipe, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def offers(turn: Turn) -> tuple[Choice, ...]:
    """The button, where something is spoken of that is nobody else's business; none on a page of our own."""
    return () if turn.lane.address.channel == OURS else (button(turn, PRIVATE, PRIVATE_LABEL),)


# -- in the application, while a page is open


def comes_back(turn: Turn) -> bool:
    """« Revenir ici »: its button, or words where a page is open. The words are looked at before the database."""
    return turn.choice == BACK or (turn.plain in BACKS and private_links.is_open(turn.work, turn.lane.person_id))


@on(Rank.ALLOWED, comes_back)
def come_back(turn: Turn) -> None:
    """Every page of theirs is closed and leads to nobody; whoever answered there answers here."""
    lane, held = turn.lane, lanes.lanes_of_person(turn.work, turn.lane.person_id)
    closed = private_links.close(turn.work, held)
    here = next((one for one in held if one.address_id == lane.address_id), lane)
    on_the_page = any(one.address_id == lane.address_id for one in closed)
    human = any(one.human for one in closed) or lane.human
    for other in held:
        if other.address_id not in {one.address_id for one in (*closed, here)}:
            _follow(other, human=human)
            lanes.keep(turn.work, other)
    if on_the_page:
        turn.reply(CLOSED, *buttons(turn, URGENCE), ends=True, purpose=Purpose.SERVICE)
        return
    for page in closed:
        follow(turn.work, page, lane)
    _follow(lane, human=human)
    turn.reply(BACK_HERE, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def _follow(lane: Lane, *, human: bool) -> None:
    if _AWAY in lane.state:
        lane.state.pop(_AWAY)
        if human:
            lane.to(HUMAN)


def is_away(turn: Turn) -> bool:
    """They write where they left for a page that is open still. A file is taken as ever, and a danger answered."""
    if turn.inbound.kind not in SAID or _AWAY not in turn.lane.state or in_danger(turn):
        return False
    return private_links.is_open(turn.work, turn.lane.person_id)


@on(Rank.COMMAND, is_away)
def say_where(turn: Turn) -> None:
    """Where it goes on, with a new link for who has lost it, and the way back. What they wrote is in the demande."""
    back = button(turn, BACK, BACK_LABEL)
    turn.reply(SAID_THERE, back, button(turn, PRIVATE, PRIVATE_LABEL), *buttons(turn, URGENCE), ends=True, purpose=Purpose.SERVICE)


# -- what the page's first visit does, and what the team's answers do, outside any turn


def move(work: Work, token: str, address: Address) -> bool:
    """Open the page of a link for this address: the same language, the same who speaks, the same demande. False where the link opens nothing."""
    moved = private_links.use(work, token, address)
    if moved is None:
        return False
    page, before = moved.page, moved.before
    page.language = before.language
    if before.human:
        page.to(HUMAN)
    before.state[_AWAY] = None
    said = words_of(page.language)
    offered = (labelled(said, BACK, CLOSE_LABEL), labelled(said, PERSON), labelled(said, URGENCE))
    outbox.put(work, page, Outbound(address, Purpose.SERVICE, said.say(GOES_ON), offered, language=page.language))
    if threads.open_thread_of(work, page.person_id) is not None:
        threads.open_for(work, page)
    _bring(work, before, page)
    follow(work, before, page)
    lanes.keep(work, page)
    lanes.keep(work, before)
    return True


def _bring(work: Work, before: Lane, page: Lane) -> None:
    """What colleagues wrote, and an SMS or an e-mail does not carry, is said on the page that its link opened."""
    for kept in unsaid.kept_for_a_page(work, before.conversation_id):
        said = kept.content
        outbound = Outbound(page.address, kept.purpose, said.text, said.choices, card=said.card, language=page.language, expires_at=kept.until)
        outbox.put(work, page, outbound, caseworker_id=kept.caseworker_id)
        unsaid.brought(work, before.conversation_id, kept)
        if kept.purpose is Purpose.HUMAN:
            page.last_human_at = work.now


def knock(work: Work, page: Lane) -> None:
    """Say in the application that an answer is on the page: once, until its person writes there. Never to a phone that somebody else may read."""
    if not private_links.is_open(work, page.person_id):
        return
    for lane in lanes.lanes_of_person(work, page.person_id):
        read = lane.shared or crises.written_with_care(work, lane.conversation_id)
        if lane.address_id == page.address_id or _AWAY not in lane.state or read:
            continue
        last, written = lane.state[_AWAY], private_links.last_written(work, page.conversation_id)
        if last is not None and (written is None or written <= from_moment(int(str(last)))):
            continue
        lane.state[_AWAY] = to_moment(work.now)
        said = words_of(lane.language)
        outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, said.say(ANSWER_THERE), language=lane.language))
        lanes.keep(work, lane)


def away(lane: Lane) -> bool:
    """Its person left for a page."""
    return _AWAY in lane.state
