"""The story of the demo: what happened in the last days at a service that does not exist, played through the real road.

Young people write as the web chat lets them, the robot answers, the team reads, answers, notes and closes as the desk lets it, and the clock is
turned from one line to the next: promises are kept, missed and given again as they would be. Nothing is written behind the road's back.
"""

import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from struct import pack
from zoneinfo import ZoneInfo

from backend.acts import Acts, Draft, Outcome, form_id
from backend.minors import Minors
from bot import outbox, wiring
from bot.app import Service
from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.posting import Posted, inbound
from bot.errors import PalierError
from bot.messages import Address, Attachment, Kind
from bot.rules.holidays import is_holiday
from content.words import FRENCH
from storage import caseworkers, lanes, thread_view, threads
from storage.caseworkers import Member
from storage.deposits import Deposits
from storage.endings import Closing, Ending
from storage.engine import Work

ONE_DAY = timedelta(days=1)
WEEKEND = 5
EVENING = time(20)
FIRST = 4
"""The story begins so many working days ago."""
TODAY = 0
SAYS, PHOTO, TAKES, READS, ANSWERS, NOTES, GIVES_BACK, CLOSES = "says", "photo", "takes", "reads", "answers", "notes", "gives back", "closes"


class StoryBroken(PalierError):
    """A line of the story could not be played."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line. `back` working days before today, at this hour (« 9:40 »); on the last day (0) so many minutes before now (« 40 »).

    `who` is a young person, or one of the team, and then `whom` the young person whose demand it is about.
    """

    back: int
    at: str
    who: str
    verb: str
    text: str = ""
    whom: str = ""


STORY = (
    Step(4, "9:40", "amel", SAYS, "slt c koi visale"),
    Step(4, "9:41", "amel", SAYS, "une personne"),
    Step(4, "9:42", "amel", SAYS, "jai un studio en vue a bremont mais le proprio veut un garant. je bosse en cdd"),
    Step(4, "10:05", "brice", SAYS, "jai 2 mois de loyer en retard"),
    Step(4, "10:06", "brice", SAYS, "une personne"),
    Step(4, "10:07", "brice", SAYS, "le proprio a envoyé une lettre recommandée jose pas louvrir"),
    Step(4, "10:20", "Samira", ANSWERS, "Bonjour, c’est Samira. Visale peut être ton garant, c’est gratuit. On fait la demande ensemble ?", "amel"),
    Step(4, "10:31", "amel", SAYS, "oui merci bcp c super clair, je lai faite sur le site"),
    Step(4, "10:50", "Samira", ANSWERS, "Très bien. Écris-moi quand tu as la réponse.", "amel"),
    Step(3, "9:15", "enzo", SAYS, "une personne"),
    Step(3, "9:16", "enzo", SAYS, "je cherche un appart pour ma formation a valmines"),
    Step(3, "10:00", "Théo", ANSWERS, "Bonjour, c’est Théo. Tu commences quand, et tu as quel budget ?", "enzo"),
    Step(3, "11:20", "amel", SAYS, "cest accepté !! merci"),
    Step(3, "11:30", "Samira", CLOSES, "Bravo ! Je ferme ta demande. Tu peux revenir quand tu veux.", "amel"),
    Step(
        3,
        "14:20",
        "educ",
        SAYS,
        "Bonjour, je suis éducatrice à la mission locale de Valmines, j'accompagne une jeune de 19 ans sans logement stable.",
    ),
    Step(3, "14:22", "educ", SAYS, "une personne"),
    Step(3, "14:24", "educ", SAYS, "Est-il possible de convenir d'un rendez-vous à trois la semaine prochaine ?"),
    Step(3, "15:10", "Lina", ANSWERS, "Bonjour, c’est Lina. Oui, mardi ou jeudi matin. Je vous attends avec elle, si elle est d’accord.", "educ"),
    Step(3, "15:12", "Lina", NOTES, "Éducatrice très joignable. Le nom de la jeune n’a pas été donné, et c’est très bien ainsi.", "educ"),
    Step(3, "16:00", "lena", SAYS, "jveu un rdv"),
    Step(3, "16:01", "lena", SAYS, "Aides, garant"),
    Step(3, "16:02", "lena", SAYS, "Passer"),
    Step(3, "16:03", "lena", SAYS, "le premier"),
    Step(3, "16:04", "lena", SAYS, "oui"),
    Step(3, "16:05", "lena", SAYS, "Léna"),
    Step(3, "16:06", "lena", SAYS, "Passer"),
    Step(3, "19:50", "hugo", SAYS, "slt"),
    Step(3, "19:51", "hugo", SAYS, "Trouver un logement"),
    Step(2, "14:00", "chloe", SAYS, "je cherche un studio pas trop cher"),
    Step(2, "14:01", "chloe", SAYS, "une personne"),
    Step(2, "14:03", "chloe", SAYS, "je commence une alternance en janvier et jai pas de garant"),
    Step(2, "15:00", "gael", SAYS, "une personne"),
    Step(2, "15:01", "gael", SAYS, "c'est quoi vos horaires svp"),
    Step(2, "15:25", "Samira", ANSWERS, "Bonjour, c’est Samira. On est là du lundi au vendredi, sauf entre midi et 13 h 30.", "gael"),
    Step(2, "15:40", "Samira", GIVES_BACK, "Je te laisse avec le robot. Reviens quand tu veux.", "gael"),
    Step(2, "21:40", "nour", SAYS, "je sais pas ou dormir ce soir"),
    Step(2, "21:58", "nour", SAYS, "le 115 ma dit non ya pas de place"),
    Step(1, "9:05", "Samira", READS, "", "nour"),
    Step(1, "9:07", "Samira", ANSWERS, "Bonjour, c’est Samira. Où as-tu pu te mettre à l’abri ? Je cherche avec toi dès maintenant.", "nour"),
    Step(1, "9:20", "nour", SAYS, "chez une copine mais que 2 nuits"),
    Step(1, "9:31", "enzo", SAYS, "/donnees"),
    Step(1, "9:32", "enzo", SAYS, "Effacer"),
    Step(1, "9:33", "enzo", SAYS, "Tout effacer"),
    Step(1, "9:40", "omar", SAYS, "je peux avoir un rendez vous svp"),
    Step(1, "9:41", "omar", SAYS, "Trouver un logement"),
    Step(1, "9:42", "omar", SAYS, "valmines"),
    Step(1, "9:43", "omar", SAYS, "le dernier"),  # the one before may be over on a Thursday afternoon
    Step(1, "9:44", "omar", SAYS, "oui"),
    Step(1, "9:45", "omar", SAYS, "Omar"),
    Step(1, "9:46", "omar", SAYS, "Passer"),
    Step(1, "10:00", "fatou", SAYS, "une personne"),
    Step(1, "10:02", "fatou", SAYS, "mon depot de garantie le proprio veut pas le rendre"),
    Step(1, "11:15", "Théo", ANSWERS, "Bonjour, c’est Théo. Tu as l’état des lieux de sortie ? On écrit la lettre ensemble jeudi.", "fatou"),
    Step(1, "11:40", "fatou", SAYS, "oui je lai ! merci a jeudi"),
    Step(1, "11:45", "Théo", ANSWERS, "Parfait. Prends aussi le bail, et viens quand même s’il manque un papier.", "fatou"),
    Step(1, "14:10", "dina", SAYS, "une personne"),
    Step(1, "14:11", "dina", SAYS, "la caf me demande un papier que jai pas"),
    Step(1, "16:10", "elias", SAYS, "je dors dans ma voiture depuis 3 jours"),
    Step(1, "16:12", "elias", SAYS, "Non"),
    Step(1, "16:16", "Théo", READS, "", "elias"),
    Step(1, "16:20", "Théo", ANSWERS, "Bonjour, c’est Théo, je te lis. Tu peux passer ce soir avant 17 h ? On appelle ensemble.", "elias"),
    Step(1, "16:31", "elias", SAYS, "oui jarrive"),
    Step(1, "16:50", "Théo", NOTES, "Venu à 16 h 45. Appel passé ensemble. À rappeler demain matin.", "elias"),
    Step(1, "18:45", "maman", SAYS, "bonjour c'est pour mon fils de 19 ans il cherche un logement"),
    Step(1, "18:47", "maman", SAYS, "Comment ça marche"),
    Step(1, "20:30", "gael", SAYS, "comment demander les apl"),
    Step(TODAY, "80", "salma", SAYS, "أبحث عن سكن"),
    Step(TODAY, "79", "salma", SAYS, "العربية"),
    Step(TODAY, "78", "salma", SAYS, "شخص من الفريق"),
    Step(TODAY, "77", "salma", SAYS, "وصلت إلى فرنسا منذ شهرين وأبحث عن غرفة"),
    Step(TODAY, "55", "kevin", SAYS, "plus simple stp"),
    Step(TODAY, "54", "kevin", SAYS, "je comprends pas la caution"),
    Step(TODAY, "53", "kevin", SAYS, "une personne"),
    Step(TODAY, "40", "ines", PHOTO, "la lettre du proprio"),
    Step(TODAY, "30", "lucas", SAYS, "je voudrai savoir si vous aidez pour les meubles"),
    Step(TODAY, "29", "lucas", SAYS, "une personne"),
    Step(TODAY, "25", "Lina", TAKES, "", "lucas"),
    Step(TODAY, "22", "yanis", SAYS, "mon père ma mis dehors je sais pas ou dormir ce soir"),
)
"""What happened, in order. Demands answered, closed, given back, late, promised again, just taken; a professional and a relative; one who stopped
halfway and one who wants everything erased; the 115 without a place, in the night; a danger that was read and one that nobody has read yet; Arabic,
simpler words, a photo, notes; two appointments, one of them over already."""


def beginning(now: datetime, zone: ZoneInfo) -> datetime:
    """When the story begins, that ends now."""
    return datetime.combine(working_days(now.astimezone(zone).date())[FIRST], time(8), tzinfo=zone)


def moment(step: Step, ends: datetime, zone: ZoneInfo) -> datetime:
    """When a line is played, in a story that ends then."""
    if step.back == TODAY:
        return ends - timedelta(minutes=int(step.at))
    hour, minute = map(int, step.at.split(":"))
    return datetime.combine(working_days(ends.astimezone(zone).date())[step.back], time(hour, minute), tzinfo=zone)


def working_days(today: date) -> list[date]:
    """Today, then the working days before it, as far as the story goes back."""
    found, day = [today], today - ONE_DAY
    while len(found) <= FIRST:
        if day.weekday() < WEEKEND and not is_holiday(day):
            found.append(day)
        day -= ONE_DAY
    return found


class Stage:
    """Where the story is played: the open service of the demo, whose clock stands at the beginning."""

    def __init__(self, service: Service, team: Mapping[str, Member], ends: datetime) -> None:
        """`team` by first name; `ends` is when the story is over: now."""
        self._service = service
        self._team = team
        self._ends = ends
        self._acts = Acts(outbox.put, Minors(lambda: service.library))

    async def play(self, step: Step) -> None:
        """Turn the clock to this line and play it. Raises StoryBroken."""
        await self._turn_to(moment(step, self._ends, self._service.settings.zone))
        if step.who in self._team:
            await self._act(step)
        elif step.verb == PHOTO:
            await self._hear(step, await self._upload())
        else:
            await self._hear(step)

    async def end(self) -> None:
        """Turn the clock to now."""
        await self._turn_to(self._ends)

    async def _turn_to(self, at: datetime) -> None:
        """Turn the clock, with a stop each evening: what falls due by day is said by day."""
        zone, clock = self._service.settings.zone, self._service.clock
        day = clock.now().astimezone(zone).date()
        while (stop := min(datetime.combine(day, EVENING, tzinfo=zone), at)) < at:
            await self._advance_to(stop)
            day += ONE_DAY
        await self._advance_to(at)

    async def _advance_to(self, at: datetime) -> None:
        by = at - self._service.clock.now()
        if by > timedelta():
            await self._service.advance(by)

    # -- young people

    async def _hear(self, step: Step, *files: Attachment) -> None:
        """Somebody writes on the web chat, and the robot answers."""
        service = self._service
        said = inbound(Posted(step.text), address(step.who), wiring.welcome(service.library, FRENCH), service.clock.now(), None)
        await service.inbox.take([replace(said, kind=Kind.MEDIA, attachments=files) if files else said])
        await service.turns.sweep()
        await service.settled()

    async def _upload(self) -> Attachment:
        async def pieces() -> AsyncIterator[bytes]:
            yield photo()

        return await Deposits(self._service.storage).receive(pieces(), Attachment("photo", "", "image/png", name="lettre.png"))

    # -- the team

    async def _act(self, step: Step) -> None:
        """One of the team does something at the desk."""
        outcome = await self._service.storage.run(self._at_desk, self._team[step.who], step)
        if outcome not in (Outcome.DONE, Outcome.QUIET):
            raise StoryBroken(f"{step.who} {step.verb} {step.whom}: {outcome}")
        await self._service.settled()

    def _at_desk(self, work: Work, by: Member, step: Step) -> Outcome:
        lane = lanes.lane_of(work, address(step.whom))
        thread_id = None if lane is None else threads.open_thread_of(work, lane.person_id)
        if lane is None or thread_id is None:
            return Outcome.GONE
        token, part = threads.token_of(work, thread_id), threads.answered_in(work, thread_id)[0]
        words = Draft(step.text, thread_view.key(part, lane.number), form_id())
        match step.verb:
            case "takes":
                return self._acts.take(work, by, token)
            case "reads":
                return self._acts.acknowledge(work, by, token)
            case "gives back":
                return self._acts.give_back(work, by, token, words)
            case "closes":
                return self._acts.close(work, by, token, Closing(Ending.ORIENTED, by=by.name), words)
            case "notes":
                return self._acts.note(work, by, token, step.text, words.form)
        return self._acts.reply(work, by, token, words)


def address(name: str) -> Address:
    """Where a young person of the story writes from."""
    return Address(WebChatChannel.name, WebChatChannel.account, f"demo-{name}")


async def tell(service: Service, ends: datetime, told: Callable[[int, int], None]) -> None:
    """Play the whole story up to `ends`; `told` hears how many lines of how many are played. Raises StoryBroken."""
    team = {member.name: member for member in await service.storage.read(caseworkers.team)}
    stage = Stage(service, team, ends)
    for nth, step in enumerate(STORY, start=1):
        await stage.play(step)
        told(nth, len(STORY))
    await stage.end()


def photo(width: int = 240, height: int = 320) -> bytes:
    """A picture of a page of writing, which says nothing: grey lines on white, as a PNG."""
    lines = (
        b"\0" + bytes(0xB0 if y % 16 < 4 and 20 < x < width - 20 and 24 < y < height - 24 else 0xFA for x in range(width)) for y in range(height)
    )
    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"".join(lines))) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
