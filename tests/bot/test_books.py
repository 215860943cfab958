"""What the team changes in the backend is said by every process, without a restart; `palier doctor` says what is not filled in or signed."""

from datetime import timedelta

from bot import doctor
from bot.app import Books, Edits, Role, Service, open_service
from bot.clock import MachineClock
from bot.doctor import Verdict
from bot.settings import Settings
from content.checks import Checks, fact_key
from content.library import load_library
from storage import caseworkers, checks, settings_store, signatures
from storage.caseworkers import Role as TeamRole
from storage.engine import Storage, Work
from storage.settings_store import SERVICE_EDITS
from tests.waiting import until


async def test_an_edit_is_said_by_every_process(settings: Settings) -> None:
    async with open_service(settings, MachineClock(), Role.WEB) as one, open_service(settings, MachineClock(), Role(0)) as other:
        await one.storage.run(settings_store.merge, SERVICE_EDITS, {"name": "CLLAJ d'ici"})
        await one.storage.run(settings_store.merge, SERVICE_EDITS, {"towns": ["Brémont"]})
        await until(lambda: _told(one), "the edit here")
        if one.storage.dialect == "postgresql":  # beside a SQLite file there is one service, and commands that end
            await until(lambda: _told(other), "the edit in another process")
    async with open_service(settings, MachineClock(), Role.WEB) as later:
        assert _told(later)


def _told(service: Service) -> bool:
    return (service.library.service.name, service.library.service.towns) == ("CLLAJ d'ici", ("Brémont",))


def test_edits_that_no_page_can_hold_leave_the_service_as_it_is() -> None:
    books = Books(load_library(), Edits({"name": "Ici"}, Checks()))
    books.take(Edits({"name": "Là", "full_name": "x" * 600}, Checks()))
    assert books.library.service.name == "Ici"
    books.take(Edits({}, Checks()))
    assert books.library.service.name == load_library().service.name


async def test_what_the_team_checked_is_said_by_every_process_until_its_review_date(settings: Settings) -> None:
    names = ("notice-furnished", "notice-empty", "notice-short")
    seen = {name: load_library().facts[name].fingerprint for name in names}
    clock = MachineClock()
    async with open_service(settings, clock, Role.RUN) as one, open_service(settings, clock, Role(0)) as other:
        today, head = await one.storage.read(checks.today), await one.storage.run(_head)
        for name in names:
            await one.storage.run(checks.verify, head, fact_key(name), seen[name], today + timedelta(days=10))
        await until(lambda: _says_the_notice(one), "the fact here")
        if one.storage.dialect == "postgresql":
            await until(lambda: _says_the_notice(other), "the fact in another process")
        await one.advance(timedelta(days=10))
        assert _says_the_notice(one)
        await one.advance(timedelta(days=1))
        assert not _says_the_notice(one)
        assert one.library.pages["bail-preavis"].first.stale


def _says_the_notice(service: Service) -> bool:
    return "3\u00a0mois" in service.library.pages["bail-preavis"].body


def _head(work: Work) -> int:
    member = caseworkers.accept_invitation(work, caseworkers.invite(work, "nadia@example.org", TeamRole.HEAD), "Nadia", "hash")
    assert member is not None
    return member.id


async def _found(settings: Settings, about: str) -> list[tuple[Verdict, str]]:
    return [(finding.verdict, finding.said) for finding in await doctor.look_over(settings) if finding.about == about]


async def test_the_doctor_asks_for_the_heads_signature(storage: Storage, settings: Settings) -> None:
    texts = load_library().crises.fingerprint
    ((verdict, said),) = await _found(settings, "crisis texts")
    assert (verdict, said.startswith("not signed: invite the head")) == (Verdict.WRONG, True)
    head = await storage.run(_head)
    await storage.run(signatures.sign, head, "other texts")
    ((verdict, said),) = await _found(settings, "crisis texts")
    assert (verdict, said.startswith("changed since they were signed: the head")) == (Verdict.WRONG, True)
    await storage.run(signatures.sign, head, texts)
    assert await _found(settings, "crisis texts") == [(Verdict.FINE, "signed by the head of service")]
    assert await storage.read(signatures.signed, texts)
    signature = await storage.read(signatures.signature)
    assert signature is not None
    assert (signature.by, signature.at) == ("Nadia", storage.clock.now())


async def test_the_doctor_lists_what_is_not_filled_in(storage: Storage, settings: Settings) -> None:
    ((verdict, said),) = await _found(settings, "service")
    assert verdict is Verdict.TO_DO
    assert "phone" in said
    await storage.run(settings_store.merge, SERVICE_EDITS, {"phone": "03 00 00 00 00"})
    ((_, said),) = await _found(settings, "service")
    assert "phone" not in said
