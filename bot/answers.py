"""The pages that answer an SMS or an e-mail, as the web asks for them. What is pressed there enters by the inbox, as everything does."""

from bot.channels.base import Intake
from bot.channels.webchat.answering import STOP, Asked, Said
from bot.clock import Clock
from bot.messages import ON_A_PAGE, Inbound, Kind
from bot.routing import ANSWER
from handlers.looking import SLOT
from handlers.reminder_words import ENOUGH, LEAVE_OFFER, LEAVE_SEAT, TAKE_OFFER, TAKE_SEAT
from storage import answer_links
from storage.engine import Storage

OF_APPOINTMENTS = ("appointment:", SLOT, TAKE_OFFER, LEAVE_OFFER, TAKE_SEAT, LEAVE_SEAT, ENOUGH, ANSWER)
"""The buttons shown: of an appointment, a seat, or an answer to what is asked of them. A link may be read by somebody else: nothing of it leads to
the menu, to a colleague nor to what we keep."""


class AnswerPages:
    """The pages of one service. `intake` takes what is pressed."""

    def __init__(self, storage: Storage, intake: Intake, clock: Clock) -> None:
        self._storage = storage
        self._intake = intake
        self._clock = clock

    async def look(self, token: str) -> Asked | None:
        """What the page of this token says; None for none any more."""
        found = await self._storage.read(answer_links.look, token)
        if found is None:
            return None
        return Asked(found.language, found.conversation_id, _said(found.said), found.pressed, tuple(map(_said, found.answers)))

    async def press(self, token: str, name: str, act: str) -> bool:
        """Take what is pressed, once; False for what the page does not show."""
        found = await self._storage.read(answer_links.look, token)
        shown = () if found is None else (found.said, *found.answers)
        if found is None or (name != STOP and not any(name == each for said in shown for each, _label in _said(said).buttons)):
            return False
        kind = Kind.STOPPED if name == STOP else Kind.CHOICE
        await self._intake([Inbound(found.address, f"{token}:{act}:{name}", kind, self._clock.now(), choice=name, handle=ON_A_PAGE)])
        return True


def _said(shown: answer_links.Shown) -> Said:
    return Said(shown.text, tuple((name, choice.label) for name, choice in shown.choices if choice.id.startswith(OF_APPOINTMENTS)))
