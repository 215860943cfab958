"""Steps whose time has come, turned into what is said or done: a message in the outbox, a task for a caseworker, or a reason why not.

Everything is settled in the unit that claims it, so that whatever dies nothing is said twice. A lane that somebody holds is left for the next look.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.legality import TOO_MANY
from bot.messages import Purpose
from bot.routing import Rank, Turn, on
from bot.rules.reminders import HELPS, Kind
from content.library import Library
from content.words import FRENCH, Text, _, words_of
from handlers import unsaid
from handlers.appointment_words import moment
from handlers.buttons import MENU, buttons
from handlers.reminder_words import ENOUGH, Teller, Worded
from storage import appointment_view, lines, marks, reaching, reminders, rights, tasks
from storage.engine import Work
from storage.lines import End, Put
from storage.reaching import Care, Silent
from storage.reminders import Dropped, Due, Settled
from storage.tasks import Kind as Task

log = logging.getLogger(__name__)

TO_CALL = _("Avant le rendez-vous : {quand}.")
TO_TELL = _("On n'a pas pu lui écrire. À dire : rendez-vous {quand}.")
TO_TELL_GONE = _("On n'a pas pu lui écrire. À dire : le rendez-vous n'a pas lieu, {quand}.")
TO_ASK = _("Le rendez-vous n'a pas eu lieu : {quand}. Proposer une autre date.")
NUMBER = _("Numéro donné : {numero}.")
FINE = _("Pas de souci.")
MATTERS = frozenset({Kind.MOVED, Kind.CANCELLED})
"""What somebody would come for nothing for: where it cannot be written, a colleague calls, whatever was chosen."""
NO_TASK = frozenset({Kind.WEEK, Kind.CONFIRMATION, Kind.OFFER, Kind.MISSED})
"""What is followed by something else, or passes: nobody calls for it."""
TRUE_NO_MORE = frozenset({Dropped.CHANGED})
LET_BE = frozenset({Dropped.STOPPED, Dropped.UNWANTED, Dropped.TOO_LATE, "expired"})
"""Who does not want to be written to is not called instead, nor is everybody after an outage: the step says what was not sent."""


@dataclass(frozen=True, slots=True)
class Released:
    """How many steps were claimed, and how many of them are settled; the rest wait for their lane."""

    claimed: int
    settled: int


def release(
    work: Work, ids: Collection[int], library: Library, first: frozenset[str] = frozenset(), *, templates: bool = False, worded: Worded | None = None
) -> Released:
    """Turn these steps, as far as they are due, into what is said or done. `first`: the channels that bring a message to who is not looking.

    `templates`: a channel is on that takes nothing else from us after a while. `worded`: what units of the same release share.
    """
    claimed = reminders.claim(work, ids)
    said = [due for due in claimed if due.dropped is None and not due.kind.is_task]
    ways = reaching.ways(work, {due.person_id for due in said}, first)
    ends = lines.ends_if_free(work, {way for way in ways.values() if isinstance(way, int)})
    care = reaching.care(work, {end.conversation_id for end in ends.values()})
    release = _Release(work, Teller(work, library, templates=templates, worded=worded), ways, ends, care)
    for due in claimed:
        release.settle(due)
    release.write()
    return Released(len(claimed), len(release.settled))


@dataclass(frozen=True, slots=True)
class _Release:
    """What one unit knows of the people it writes to, and what it is to write: at the end, all of it at once."""

    work: Work
    teller: Teller
    ways: Mapping[int, int | Silent]
    ends: Mapping[int, End]
    care: Mapping[int, Care]
    puts: list[Put] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)

    def write(self) -> None:
        """All that is said and settled."""
        lines.put(self.work, Purpose.REMINDER, self.puts)
        reminders.settle(self.work, self.settled)

    def settle(self, due: Due) -> None:
        """One step; it is left where its line is somebody else's just now."""
        if due.dropped is not None:
            self._drop(due, due.dropped)
        elif due.kind.is_task:
            _call(self.work, due, TO_CALL)
            self.settled.append(reminders.written(due))
        else:
            self._tell(due)

    def _tell(self, due: Due) -> None:
        way = self.ways[due.person_id]
        if isinstance(way, Silent):
            self._drop(due, Dropped(way.value))
        elif (end := self.ends.get(way)) is None:
            return
        elif (care := self.care.get(end.conversation_id)) is not None and self._held_back(due, care):
            self._drop(due, Dropped.HELD_BACK)
        else:
            self._say(due, end)

    def _held_back(self, due: Due, care: Care) -> bool:
        return care.guarded or (due.kind is Kind.MISSED and care.calm_until is not None and care.calm_until > self.work.now)

    def _say(self, due: Due, end: End) -> None:
        try:
            form = self.teller.form(due, end.language, automatic=end.human)
        except Exception:
            log.exception("a reminder could not be worded", extra={"action": "reminder_failed"})
            self._drop(due, Dropped.FAILED)
            return
        said = lines.behind(end, form.content.dump(due.about.token), form.template, due.latest_at)
        self.puts.append(said)
        self.settled.append(reminders.written(due, end.conversation_id, said.number))
        if due.kind is Kind.MISSED and marks.until(self.work, due.person_id, marks.What.UNHOUSED) is not None:
            _ask(self.work, due)

    def _drop(self, due: Due, why: Dropped) -> None:
        self.settled.append(reminders.drop(due, why))
        _call_instead(self.work, due, why)


def undone(work: Work, conversation_id: int, number: int, why: str) -> None:
    """The outbox could not send a step, or does not know whether it did: the step says so, and a colleague calls where it matters.

    What a colleague wrote, and the law let nowhere, is theirs to say otherwise.
    """
    reminders.undo(work, conversation_id, number, why)
    due = reminders.of_message(work, conversation_id, number)
    if due is None and why == TOO_MANY:
        unsaid.too_many(work, conversation_id)
    if due is None and why != reminders.UNKNOWN:
        unsaid.unsaid(work, conversation_id, number)
        unsaid.link_lost(work, conversation_id, number, why)
    elif due is not None and (why != reminders.UNKNOWN or due.kind in MATTERS):
        _call_instead(work, due, why)


def _call_instead(work: Work, due: Due, why: str) -> None:
    if why not in TRUE_NO_MORE and (due.kind in MATTERS or (due.kind not in NO_TASK and why not in LET_BE)):
        _call(work, due, TO_TELL_GONE if due.kind is Kind.CANCELLED else TO_TELL)


def _ask(work: Work, due: Due) -> None:
    """Somebody without a home did not come: a colleague calls too."""
    words = words_of(FRENCH)
    text = words.say(TO_ASK, quand=moment(work, words, due.about.start))
    tasks.add(work, Task.CALL, text=text, thread_id=due.about.thread_id, person_id=due.person_id, caseworker_id=due.about.caseworker_id)


def _call(work: Work, due: Due, text: Text) -> None:
    """A task for the colleague whose appointment it is, once, while it helps."""
    about, until = due.about, due.about.start - HELPS
    if about.start <= work.now or tasks.waits_until(work, due.person_id, Task.CALL, until):
        return
    words = words_of(FRENCH)
    said = [words.say(text, quand=moment(work, words, about.start))]
    appointment = None if due.appointment_id is None else appointment_view.of_id(work, due.appointment_id)
    known = (appointment.callback if appointment is not None else "") or rights.phone(work, due.person_id)
    if known:
        said.append(words.say(NUMBER, numero=known))
    tasks.add(
        work,
        Task.CALL,
        text=" ".join(said),
        thread_id=about.thread_id,
        person_id=due.person_id,
        caseworker_id=about.caseworker_id,
        due_at=until,
    )


@on(Rank.ALLOWED, lambda turn: turn.choice is not None and turn.choice.startswith(ENOUGH))
def enough(turn: Turn) -> None:
    """« Non merci »: nothing more is asked."""
    turn.reply(FINE, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)
