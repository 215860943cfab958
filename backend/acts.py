"""What a caseworker does on a thread: each act is one unit of work, under the lane of the conversation it speaks in.

An act returns an `Outcome` and never raises for what happens in ordinary work: two people answer at once, a form is sent twice.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend import holding
from backend.closing import same_working_day
from bot.messages import Choice, Outbound, Purpose
from bot.offered import OFFERED
from bot.routing import AUTOMATIC, QUESTION, emergency_line
from content.words import Words, _
from handlers import buttons, depositing, private
from handlers.handover import ROBOT_AGAIN
from storage import actions, audit, crises, desk, hours, lanes, letterboxes, media, notes, promises, road, seen, tasks, thread_view, threads
from storage.audit import Act
from storage.caseworkers import Member, Role
from storage.endings import Closing
from storage.engine import Work
from storage.lanes import BOT, HUMAN, Lane
from storage.tasks import Kind
from storage.threads import Held, Minor

REPLY = "reply"
ASKED = (QUESTION, OFFERED)
"""What the robot waits for in `lane.state` (bot.routing): over once somebody else speaks."""
LONGEST = 10_000
"""Characters of one reply."""
LONGEST_PAPER, LONGEST_SEEN = 200, 80
"""Characters of what a paper is called: where one is asked for, and where one was seen."""
SPEAKS_NOW = _("{name} te répond maintenant. Le robot se tait.")
HAS_READ = _("{name} a lu ton message.")
FAREWELL = _("Je te laisse avec le robot pour le reste. Tu me redemandes quand tu veux.")
"""What a colleague may say before the robot answers again, theirs to change or to leave out."""
A_PERSON, MENU = _("Une personne"), _("Menu")


class Outcome(StrEnum):
    """How an act ended. Everything but DONE and QUIET leaves the service as it was."""

    DONE = "done"
    AGAIN = "again"
    """This very form was sent before, or it was so already."""
    QUIET = "quiet"
    """Done, and the person was not told: somebody else may read their phone, or they said when to be written to."""
    GONE = "gone"
    """No such thread, message or turn."""
    CLOSED = "closed"
    MOVED = "moved"
    """Something was said since the page was opened."""
    EMPTY = "empty"
    TOO_LONG = "too-long"
    NO_WAY = "no-way"
    """The app that was chosen is the person's no more."""
    ALERT = "alert"
    """An alert waits to be read first."""
    MINOR = "minor"
    """A minor was in danger: it has to be said who was informed."""
    NEWER = "newer"
    """The person has a newer thread: that one is followed."""


class Put(Protocol):
    """The way out (bot.outbox.put): adds what is to be said under the lane; its number, or None where its dedup key was used already."""

    def __call__(self, work: Work, lane: Lane, outbound: Outbound, *, caseworker_id: int | None = None) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply as its form sends it: the words, the last line its page showed (`View.seen`), the one-time id of the form, the app it is to leave by
    ("" for where the person wrote last)."""

    text: str
    seen: str
    form: str
    way: str = ""


def form_id() -> str:
    """A one-time id for one form of one page."""
    return secrets.token_urlsafe(12)


class Acts:
    """The verbs of the desk, each a unit of work. `put` is the way out, `minor` tells whether a thread is about a minor in danger."""

    def __init__(self, put: Put, minor: Minor) -> None:
        self._put = put
        self.minor = minor

    def reply(self, work: Work, by: Member, token: str, draft: Draft) -> Outcome:
        """Say the caseworker's words to the person, who is told first who speaks where that changes. The robot is silent from then on."""
        found = holding.answered(work, token)
        if found is None:
            return Outcome.GONE
        thread, lane = found
        if actions.used(work, REPLY, _named(by, draft.form)):
            return Outcome.AGAIN
        if fault := _fault(thread, draft.text):
            return fault
        if draft.seen != thread_view.key(thread.part, lane.number):
            return Outcome.MOVED
        chosen = holding.by(work, thread, draft.way) if draft.way else lane
        if chosen is None:
            return Outcome.NO_WAY
        actions.first_time(work, REPLY, _named(by, draft.form))
        self._say(work, by, thread, chosen, draft.text)
        _write(work, Act.REPLIED, by, thread)
        return Outcome.DONE

    def ask_paper(self, work: Work, by: Member, token: str, draft: Draft) -> Outcome:
        """Ask for a paper, which `draft` names, by a page where it is left straight on this server: what goes by the application does not name it."""
        found = holding.answered(work, token)
        if found is None:
            return Outcome.GONE
        thread, lane = found
        if fault := _fault(thread, draft.text):
            return fault
        if len(draft.text) > LONGEST_PAPER:
            return Outcome.TOO_LONG
        if not actions.first_time(work, "paper", _named(by, draft.form)):
            return Outcome.AGAIN
        page, until = letterboxes.make(work, lane, wanted=" ".join(draft.text.split()), caseworker_id=by.id)
        said = Words(lane.language)
        body = said.say(depositing.ASKS, prenom=by.name, jour=said.day(until.astimezone(hours.zone(work)).date()))
        self._say(work, by, thread, lane, body, depositing.opens(said, page))
        _write(work, Act.ASKED, by, thread)
        return Outcome.DONE

    def offer_private(self, work: Work, by: Member, token: str) -> Outcome:
        """Propose a private page; its link is made when the person takes it up, for it lives thirty minutes. Where they are on one, nothing."""
        found = holding.answered(work, token)
        if found is None:
            return Outcome.GONE
        thread, lane = found
        if thread.closed:
            return Outcome.CLOSED
        if lane.address.channel == private.OURS:
            return Outcome.AGAIN
        said = Words(lane.language)
        body = said.say(private.OFFERED, prenom=by.name)
        self._service(work, lane, body, (buttons.labelled(said, private.PRIVATE, private.PRIVATE_LABEL),))
        lanes.keep(work, lane)
        _write(work, Act.ASKED, by, thread)
        return Outcome.DONE

    def resend(self, work: Work, by: Member, token: str, line: str) -> Outcome:
        """Say again, as a new message, what did not arrive or perhaps not. Two clicks, two tabs or two colleagues say it once."""
        found = holding.answered(work, token)
        said = thread_view.undelivered(work, found[0].id, line) if found else None
        if found is None or said is None:
            return Outcome.GONE
        thread, lane = found
        if thread.closed:
            return Outcome.CLOSED
        if not actions.first_time(work, "resend", f"{thread.id}:{line}"):
            return Outcome.AGAIN
        self._say(work, by, thread, lane, said.text)
        _write(work, Act.RESENT, by, thread)
        return Outcome.DONE

    def take(self, work: Work, by: Member, token: str) -> Outcome:
        """Become the one who follows this thread; the person is told."""
        found = holding.answered(work, token)
        if found is None:
            return Outcome.GONE
        thread, lane = found
        if thread.closed:
            return Outcome.CLOSED
        if not self._speak_as(work, lane, thread, by):
            return Outcome.AGAIN
        lanes.keep(work, lane)
        _write(work, Act.TOOK, by, thread)
        return Outcome.DONE

    def give_back(self, work: Work, by: Member, token: str, last: Draft) -> Outcome:
        """Let the robot answer again in every conversation of this thread, which stays open for whoever takes it; the person is told.

        `last` is what the colleague says before, nothing where they left it empty.
        """
        found = holding.all_of(work, token)
        if found is None:
            return Outcome.GONE
        thread, held = found
        if not any(lane.human for lane in held):
            return Outcome.AGAIN
        if fault := _last_fault(thread, held, last):
            return fault
        threads.release(work, thread.id)
        promises.end(work, thread.id)
        _write(work, Act.GAVE_BACK, by, thread)
        return self._robot_again(work, by, thread, held, last.text)

    def close(self, work: Work, by: Member, token: str, closing: Closing, last: Draft) -> Outcome:
        """End this thread. The robot answers again: nobody is left in a silence that no one watches. What was done for a minor, the head sees."""
        found = holding.all_of(work, token)
        if found is None:
            return Outcome.GONE
        thread, held = found
        if thread.closed:
            return Outcome.AGAIN
        if threads.alert_waits(work, thread.id):
            return Outcome.ALERT
        if closing.report is None and self.minor(work, thread.id):
            return Outcome.MINOR
        if fault := _last_fault(thread, held, last):
            return fault
        told = self._robot_again(work, by, thread, held, last.text)
        threads.close(work, thread.id, closing)
        promises.end(work, thread.id)
        _write(work, Act.CLOSED, by, thread)
        if closing.report is not None:
            _show_head(work, by, thread)
        return told

    def reopen(self, work: Work, by: Member, token: str, ended: Callable[[Closing, datetime], str]) -> Outcome:
        """Take up a closed thread again. The robot goes on answering until somebody takes it. How it had ended stays as a note, in `ended` words."""
        found = holding.all_of(work, token)
        if found is None:
            return Outcome.GONE
        thread, _lanes = found
        before = threads.closing_of(work, thread.id)
        if not threads.reopen(work, thread.id):
            return Outcome.NEWER if thread.closed else Outcome.AGAIN
        if before is not None:
            notes.add(work, thread.id, by.id, ended(*before))
        _write(work, Act.REOPENED, by, thread)
        return Outcome.DONE

    def note(self, work: Work, by: Member, token: str, text: str, form: str) -> Outcome:
        """Tell the colleagues. The person never reads it, and no conversation holds it."""
        thread = threads.find(work, token)
        if thread is None:
            return Outcome.GONE
        if not text.strip():
            return Outcome.EMPTY
        if len(text) > LONGEST:
            return Outcome.TOO_LONG
        if not actions.first_time(work, "note", _named(by, form)):
            return Outcome.AGAIN
        notes.add(work, thread.id, by.id, text.strip())
        _write(work, Act.NOTED, by, thread)
        return Outcome.DONE

    def acknowledge(self, work: Work, by: Member, token: str) -> Outcome:
        """Say that this caseworker has read the alert of this thread; the person is told, once, unless they must be written to with care."""
        found = holding.answered(work, token)
        if found is None:
            return Outcome.GONE
        thread, lane = found
        if not threads.acknowledge(work, thread.id, by.id):
            return Outcome.AGAIN
        _write(work, Act.ACKNOWLEDGED, by, thread)
        if self.minor(work, thread.id):
            _show_head(work, by, thread)
        if lane.shared or crises.written_with_care(work, lane.conversation_id):
            return Outcome.QUIET
        words = Words(lane.language)
        read = words.say(HAS_READ, name=by.name)
        self._service(work, lane, f"{read}\n\n{words.say(AUTOMATIC)}" if lane.human else read)
        lanes.keep(work, lane)
        return Outcome.DONE

    def treat(self, work: Work, by: Member, token: str, file: str, *, done: bool) -> Outcome:
        """Note that a file of this thread is dealt with, or not after all: from then on its days are counted. The person is told nothing."""
        thread = _with_file(work, token, file)
        if thread is None or not media.treat(work, file, done=done):
            return Outcome.GONE
        _write(work, Act.TREATED, by, thread)
        return Outcome.DONE

    def see(self, work: Work, by: Member, token: str, file: str, seen_as: str) -> tuple[Outcome, int]:
        """« Vu, copie détruite »: nobody opens this file any more, and that it was seen stays. Also its id, whose pieces the caller has destroyed."""
        thread = _with_file(work, token, file)
        found = None if thread is None else seen.see(work, file, by.id, " ".join(seen_as.split())[:LONGEST_SEEN])
        if thread is None or found is None:
            return Outcome.GONE, 0
        _write(work, Act.DESTROYED, by, thread)
        return Outcome.DONE, found

    def replay(self, work: Work, reference: str) -> Outcome:
        """Give a turn that was set aside another try."""
        parked = desk.find_parked(work, reference)
        return Outcome.DONE if parked is not None and road.replay(work, parked) else Outcome.GONE

    def _say(self, work: Work, by: Member, thread: Held, lane: Lane, text: str, *choices: Choice) -> None:
        self._speak_as(work, lane, thread, by)
        self._put(work, lane, Outbound(lane.address, Purpose.HUMAN, text, choices, language=lane.language), caseworker_id=by.id)
        lane.last_human_at = work.now
        promises.end(work, thread.id)
        lanes.keep(work, lane)
        private.knock(work, lane)

    def _speak_as(self, work: Work, lane: Lane, thread: Held, by: Member) -> bool:
        """Make this caseworker the one who speaks; True if that is a change, which the person has been told."""
        taken = threads.take(work, thread.id, by.id)
        if not taken and lane.human:
            return False
        lane.to(HUMAN)
        for key in ASKED:
            lane.state.pop(key, None)
        self._service(work, lane, Words(lane.language).say(SPEAKS_NOW, name=by.name), card="event")
        return True

    def _robot_again(self, work: Work, by: Member, thread: Held, ours: list[Lane], last: str) -> Outcome:
        """Say a colleague's last words, if any, and give the conversations of a thread back to the robot, which says so.

        QUIET where somebody else may read the phone, or the person said how to be written to, and the colleague had nothing to say.
        """
        quiet = False
        for lane in ours:
            spoken = bool(last.strip()) and lane.conversation_id == thread.conversation_id
            if spoken:
                self._put(work, lane, Outbound(lane.address, Purpose.HUMAN, last, language=lane.language), caseworker_id=by.id)
                lane.last_human_at = work.now
            if lane.human:
                lane.to(BOT)
                careful = not spoken and crises.written_with_care(work, lane.conversation_id)
                quiet = quiet or careful
                if not careful and not private.away(lane):
                    self._say_robot_again(work, lane)
            lanes.keep(work, lane)
        return Outcome.QUIET if quiet else Outcome.DONE

    def _say_robot_again(self, work: Work, lane: Lane) -> None:
        words = Words(lane.language)
        choices = (Choice(buttons.PERSON, words.say(A_PERSON)), Choice(buttons.MENU, words.say(MENU)))
        self._service(work, lane, f"{words.say(ROBOT_AGAIN)}\n\n{emergency_line(lane, words)}", choices)

    def _service(self, work: Work, lane: Lane, body: str, choices: tuple[Choice, ...] = (), card: str = "") -> None:
        self._put(work, lane, Outbound(lane.address, Purpose.SERVICE, body, choices, card=card, language=lane.language))


def _with_file(work: Work, token: str, file: str) -> Held | None:
    """The thread of this token, where this file stands in it and can be opened."""
    thread, found = threads.find(work, token), media.find(work, file)
    if thread is None or found is None or found.conversation_id not in threads.conversations(work, thread.id):
        return None
    return thread


def _write(work: Work, act: Act, by: Member, thread: Held) -> None:
    audit.write(work, act, by=by.id, person=thread.person_id, thread=thread.id)


def _show_head(work: Work, by: Member, thread: Held) -> None:
    """A minor in danger: the head sees it the same working day, unless it is the head who was there, or who has it to see already."""
    if by.role is not Role.HEAD and not tasks.waits(work, thread.id, Kind.MINOR):
        tasks.add(work, Kind.MINOR, thread_id=thread.id, due_at=same_working_day(work))


def _last_fault(thread: Held, ours: list[Lane], last: Draft) -> Outcome | None:
    """Why the last words of a thread cannot be said as they are: too long, or crossed by others."""
    if len(last.text) > LONGEST:
        return Outcome.TOO_LONG
    here = next((lane for lane in ours if lane.conversation_id == thread.conversation_id), None)
    return Outcome.MOVED if here is None or last.seen != thread_view.key(thread.part, here.number) else None


def _fault(thread: Held, text: str) -> Outcome | None:
    """Why these words cannot be sent, or None."""
    if thread.closed:
        return Outcome.CLOSED
    if not text.strip():
        return Outcome.EMPTY
    return Outcome.TOO_LONG if len(text) > LONGEST else None


def _named(by: Member, form: str) -> str:
    """A one-time id is its caseworker's own: nobody uses up a colleague's."""
    return f"{by.id}:{form}"
