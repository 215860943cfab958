"""The danger a conversation is in, as its state remembers it for a day, and what words mean there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import Json, Kind
from bot.routing import Turn
from content.crises import STEP, Step
from content.library import Library
from content.understanding.age import is_minor
from content.understanding.language import wish
from content.understanding.normalise import simple
from handlers.greeting import WELCOMED
from handlers.meant import plainly
from storage import crises
from storage.columns import from_moment, to_moment
from storage.engine import Work
from storage.lanes import Lane

DANGER = "danger"
OPEN_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Open:
    """The danger a conversation is in, as its state remembers it.

    `row` is in storage; `asked` the step whose question is open; `at` and `last` when we spoke of it last, and that message's number.
    """

    row: int
    crisis: str
    asked: str = ""
    at: int = 0
    last: int = 0


def remember(turn: Turn, here: Open, asked: str) -> None:
    """Called once what is to be said is in `turn.said`: its numbers will follow the lane's."""
    last = turn.lane.number + len(turn.said)
    kept: dict[str, Json] = {"row": here.row, "crisis": here.crisis, "asked": asked, "at": to_moment(turn.now), "last": last}
    turn.lane.state[DANGER] = kept


def follow(work: Work, before: Lane, there: Lane) -> None:
    """A danger that is open in one conversation of somebody is open in the other where they go on: what comes after the card is answered there.

    Nothing of it is said before they write, and no question is asked there: a bare « oui » answers none. The newer of two stays.
    """
    kept, known = before.state.get(DANGER), there.state.get(DANGER)
    if not isinstance(kept, dict) or work.now - from_moment(int(str(kept["at"]))) >= OPEN_FOR:
        return
    if isinstance(known, dict) and int(str(known["at"])) >= int(str(kept["at"])):
        return
    row = crises.follow(work, int(str(kept["row"])), there.conversation_id)
    if row is not None:
        there.state[DANGER] = {**kept, "row": row, "asked": "", "last": there.number}
        there.state[WELCOMED] = True


def opened(turn: Turn) -> Open | None:
    """The danger this conversation is in, if we spoke of it within a day."""
    return opened_on(turn.lane, turn.library, turn.now)


def opened_on(lane: Lane, library: Library, now: datetime) -> Open | None:
    """The same of a lane, outside a turn."""
    kept = lane.state.get(DANGER)
    if not isinstance(kept, dict) or kept["crisis"] not in library.crises:
        return None
    row, at, last = (int(str(kept[name])) for name in ("row", "at", "last"))
    here = Open(row, str(kept["crisis"]), str(kept["asked"]), at, last)
    return here if now - from_moment(here.at) < OPEN_FOR else None


def in_danger(turn: Turn) -> bool:
    """A danger is open: no greeting, no menu, never « je n'ai pas compris »."""
    return opened(turn) is not None


def said_step(turn: Turn) -> str | None:
    """The second step that free words name: a button of the question asked, a thing people say then, or the wish that was asked for."""
    here = opened(turn)
    if here is None or turn.choice is not None or not in_writing(turn) or colleague_since(turn, here):
        return None
    steps = turn.library.crises.steps
    if (minor := _known_minor(turn, here)) is not None:
        return minor
    found = turn.library.danger.step(here.crisis, turn.text)
    if not _spoke_last(turn, here):  # something else was said since: « oui » answers that
        return found if found is not None and (steps[found].late or steps[found].counted is not None) else None
    asked = steps.get(here.asked)
    if asked is None:
        return found
    page = turn.understood
    taken = asked.takes if (page is None or plainly(turn) != page) and wish(turn.text) is None else None
    return _named(turn, asked) or _of_age(turn, asked) or found or taken


def in_writing(turn: Turn) -> bool:
    """Something written, not pressed."""
    return turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and bool(turn.text.strip())


def colleague_since(turn: Turn, here: Open) -> bool:
    """A caseworker wrote since we last spoke of it: words are for them, buttons still ours."""
    return turn.lane.last_human_at is not None and turn.lane.last_human_at > from_moment(here.at)


def _spoke_last(turn: Turn, here: Open) -> bool:
    """The robot has answered nothing else since."""
    return not crises.robot_spoke_between(turn.work, turn.lane.conversation_id, here.last, turn.number)


def _named(turn: Turn, step: Step) -> str | None:
    said = simple(turn.text)
    offer = next((offer for offer in step.offers if offer.id.startswith(STEP) and offer.named_by(said, turn.language)), None)
    return None if offer is None else target(offer.id)


def _known_minor(turn: Turn, here: Open) -> str | None:
    """The step for who says their age only later: whatever was answered before, what is for adults ends there."""
    if not is_minor(turn.text, asked=False):
        return None
    return turn.library.crises.step_for_minor(here.crisis)


def _of_age(turn: Turn, asked: Step) -> str | None:
    """The step for the age these words give, where the question was the age: « 17 » is no answer that may be lost."""
    minor = is_minor(turn.text, asked=True) if asked.asks_age else None
    wanted = None if minor is None else "minor" if minor else "adult"
    offer = next((offer for offer in asked.offers if wanted is not None and offer.age == wanted), None)
    return None if offer is None else target(offer.id)


def target(choice: str) -> str:
    """The step a button of a card leads to."""
    return choice.removeprefix(STEP).partition(":")[0]
