"""What the law is asked about one message: everything it looks at, as it is now, gathered in the unit that sends.

What is seldom needed is read seldom: how we stand with a provider, outside its window; the other ways of a person, where this one is shut.
"""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot import knocking
from bot.channels.base import Channel
from bot.legality import AFTER_CALM, MOVES, NO_WINDOW, Case, Drop, Elsewhere, Foreseen, Send, SendAs, Verdict, Way, Window, decide
from bot.messages import Outbound, Purpose, Template
from content.words import FRENCH
from storage import consents, crises, fallbacks, line, reaching, standings
from storage.consents import Choice
from storage.engine import Work
from storage.fallbacks import Other
from storage.lanes import Lane
from storage.line import Due

EVENT = "event"
"""The card of what tells who speaks now."""


class Law:
    """Asks the law, for the channels of this process."""

    def __init__(self, channels: Mapping[tuple[str, str], Channel], zone: ZoneInfo) -> None:
        self._channels = channels
        self._zone = zone

    def verdict(self, work: Work, lane: Lane, row: Due) -> Verdict:
        """What becomes of a row of this lane now. Where this way is shut, the other ways of the person are looked at."""
        case = self._case(work, lane, row)
        verdict = decide(case, work.now, self._zone)
        if not isinstance(verdict, Drop) or row.purpose not in MOVES or knocking.leads_to_a_page(row.outbound.choices):
            return verdict
        ways = self.ways(work, lane, row.outbound)
        return decide(replace(case, ways=ways), work.now, self._zone) if ways else verdict

    def foresee(self, work: Work, conversation_id: int) -> Foreseen | None:
        """What would become of a colleague's words in this conversation now; None where it is held nowhere that is on. Holds nothing."""
        found = fallbacks.here(work, conversation_id)
        channel = None if found is None else self._channels.get((found.channel, found.account))
        if found is None or channel is None:
            return None
        limits, heard = channel.limits, found.last_inbound_at
        window = NO_WINDOW if limits.window is None else Window(heard, limits.window, limits.human_window, None)
        if limits.templates and not window.takes_anything(work.now):
            window = _agreed(work, window, channel, None, FRENCH)
        by_page = limits.by_link and limits.opens and _opens(work, found.person_id, found.address_id, conversation_id)
        carried = _carried(channel, Purpose.HUMAN)
        case = Case(Purpose.HUMAN, 0, 0, None, found.blocked, opted_out=False, window=window, carried=carried, by_page=by_page)
        verdict = decide(case, work.now, self._zone)
        lasts = {Send: limits.window, SendAs: limits.human_window}.get(type(verdict))
        return Foreseen(found.channel, verdict, None if lasts is None or heard is None else heard + lasts)

    def otherwise(self, work: Work, lane: Lane, row: Due, why: str) -> Elsewhere | None:
        """The way that what was refused here goes, None where it goes by none. `why`: the code of the refusal."""
        stays = row.purpose not in MOVES or row.outbound.card == EVENT or knocking.leads_to_a_page(row.outbound.choices)
        if stays or (row.expires_at is not None and row.expires_at <= work.now):
            return None
        way = next((way for way in self.ways(work, lane, row.outbound) if way.takes(row.purpose, work.now)), None)
        return None if way is None else Elsewhere(way.address_id, why)

    def shuts(self, work: Work, lane: Lane) -> bool:
        """Shut the window of a lane whose provider says that it is; False where it was already, by our own clock."""
        channel = self._channels.get((lane.address.channel, lane.address.account))
        window = None if channel is None else channel.limits.window
        if window is None or lane.last_inbound_at is None or work.now - lane.last_inbound_at >= window:
            return False
        lane.last_inbound_at = work.now - window
        return True

    def ways(self, work: Work, lane: Lane, outbound: Outbound) -> tuple[Way, ...]:
        """Where else this may go, in the order the person chose."""
        found = fallbacks.others(work, lane.person_id, lane.address_id)
        return tuple(self._way(work, other, outbound) for other in found if (other.channel, other.account) in self._channels)

    def _case(self, work: Work, lane: Lane, row: Due) -> Case:
        calm_until = crises.calm_until(work, lane.conversation_id) if row.purpose in AFTER_CALM else None
        channel = self._channels.get((lane.address.channel, lane.address.account))
        spoken_for = row.purpose is Purpose.SERVICE and row.outbound.card == EVENT
        theirs = channel is not None and channel.limits.by_link and channel.limits.opens and (spoken_for or row.purpose is Purpose.HUMAN)
        return Case(
            row.purpose,
            row.epoch,
            lane.epoch,
            row.expires_at,
            blocked=lane.blocked_at is not None,
            opted_out=lane.opted_out_at is not None,
            calm_until=calm_until,
            window=NO_WINDOW if channel is None else self._window(work, lane, channel, row.outbound),
            carried=channel is None or _carried(channel, Purpose.HUMAN if spoken_for else row.purpose),  # who speaks is told where they may
            wanted=_wanted(work, lane.person_id, row.purpose),
            spoken_for=spoken_for,
            too_many=channel is not None and channel.limits.per_day is not None and line.sent_lately(work, lane) >= channel.limits.per_day,
            by_page=theirs and _opens(work, lane.person_id, lane.address_id, lane.conversation_id),
        )

    def _window(self, work: Work, lane: Lane, channel: Channel, outbound: Outbound) -> Window:
        limits = channel.limits
        if limits.window is None:
            return NO_WINDOW
        window = Window(lane.last_inbound_at, limits.window, limits.human_window, None)
        if not limits.templates or window.takes_anything(work.now):
            return window
        return _agreed(work, window, channel, outbound.template, outbound.language)

    def _way(self, work: Work, other: Other, outbound: Outbound) -> Way:
        channel = self._channels[other.channel, other.account]
        limits = channel.limits
        window = NO_WINDOW
        if limits.window is not None:
            window = Window(other.last_inbound_at, limits.window, limits.human_window, None)
            window = (
                _agreed(work, window, channel, outbound.template, outbound.language)
                if limits.templates and not window.takes_anything(work.now)
                else window
            )
        return Way(other.address_id, window, other.blocked, other.opted_out, other.accepted, other.watched, limits.purposes)


def _agreed(work: Work, window: Window, channel: Channel, template: Template | None, language: str) -> Window:
    approved = standings.approved(work, channel.name, channel.account)
    return replace(window, template=template, knock=knocking.template_in(language), approved=approved)


def _carried(channel: Channel, purpose: Purpose) -> bool:
    return purpose in channel.limits.purposes


def _opens(work: Work, person_id: int, address_id: int, conversation_id: int) -> bool:
    """Whether a link to a page of ours may be sent to this SMS or e-mail: they wrote from it or said yes to it, no STOP, nobody else reads there."""
    care = reaching.care(work, {conversation_id}).get(conversation_id)
    return (care is None or not care.guarded) and address_id in reaching.order(work, person_id)


def _wanted(work: Work, person_id: int, purpose: Purpose) -> bool:
    """An announcement goes to who chose to have them, a survey to who did not refuse it."""
    if purpose not in AFTER_CALM:
        return True
    chosen = consents.chosen_by(work, {person_id}).get(person_id, frozenset())
    return Choice.ANNOUNCEMENTS in chosen if purpose is Purpose.ANNOUNCEMENT else Choice.NO_SURVEYS not in chosen
