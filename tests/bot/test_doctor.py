"""What `palier doctor` says of hours and alerts."""

import re
from datetime import date

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.doctor import Verdict
from bot.settings import Settings
from content.checks import fact_key, reading_key
from content.library import load_library
from storage import busy, checks, hours, on_call, places, switches
from storage.caseworkers import Role
from storage.engine import Storage
from tests.conftest import settings_for
from tests.opening import colleague, opens
from tests.rules.waiting import OFFICE
from tests.storage.diary import diary

FAR = date(2099, 1, 1)


async def said(settings: Settings, about: str) -> tuple[Verdict, str]:
    """The line about this."""
    return next((line.verdict, line.said) for line in await doctor.look_over(settings) if line.about == about)


async def test_a_database_that_is_none_is_said_in_words() -> None:
    verdict, advice = await said(settings_for(f"sqlite:///{__file__}"), "database")
    assert (verdict, "cannot be used as a database: file is not a database" in advice) == (Verdict.WRONG, True)


async def test_hours_fail_until_they_are_written_kept_and_signed(settings: Settings, storage: Storage) -> None:
    verdict, advice = await said(settings, "hours")
    assert (verdict, "not written" in advice) == (Verdict.WRONG, True)
    await storage.run(hours.put_week, OFFICE)
    verdict, advice = await said(settings, "hours")
    assert (verdict, "nobody answers" in advice) == (Verdict.WRONG, True)
    await opens(storage)
    verdict, advice = await said(settings, "hours")
    assert (verdict, "not signed" in advice) == (Verdict.WRONG, True)
    nadia = await colleague(storage, "Nadia", Role.HEAD)
    await storage.run(hours.sign, nadia)
    assert await said(settings, "hours") == (Verdict.FINE, "signed by the head of service")


async def test_places_are_to_be_added(settings: Settings, storage: Storage) -> None:
    assert (await said(settings, "places"))[0] is Verdict.TO_DO
    await storage.run(places.add, "Oignies", "19 rue du 19 Mars 1962", OFFICE)
    assert "places" not in [line.about for line in await doctor.look_over(settings)]


async def test_appointments_need_motives_and_openings(settings: Settings, storage: Storage) -> None:
    verdict, advice = await said(settings, "appointments")
    assert (verdict, "no motives and no openings" in advice) == (Verdict.TO_DO, True)
    await diary(storage)
    assert await said(settings, "appointments") == (Verdict.FINE, "1 motives, 1 openings")


async def test_a_calendar_that_is_not_read_is_seen(settings: Settings, storage: Storage) -> None:
    """The doctor's own clock is this machine's: what was read in the time of the test is long ago."""
    assert (await said(settings, "calendars"))[0] is Verdict.OFF
    await storage.run(lambda work: switches.turn(work, switches.Switch.BUSY, on=True))
    assert await said(settings, "calendars") == (Verdict.FINE, "0 read for their busy times")
    samira = await colleague(storage, "Samira")
    token = await storage.run(busy.add, samira.id, busy.Kind.ICS, "https://calendar.example/secret.ics")
    await storage.run(busy.failed, token, "gone")
    verdict, advice = await said(settings, "calendars")
    assert (verdict, "1 of 1" in advice, "secret" in advice) == (Verdict.WRONG, True, False)


async def test_who_is_told_of_an_alert(settings: Settings, storage: Storage) -> None:
    assert (await said(settings, "alerts"))[0] is Verdict.TO_DO
    secret = "mailtos://user:a-password@example.org"
    given = settings.model_copy(update={"alert_urls": (SecretStr(secret),)})
    verdict, advice = await said(given, "alerts")
    assert (verdict, "not the head's own" in advice, "password" in advice) == (Verdict.TO_DO, True, False)
    await storage.run(on_call.put_head_addresses, (secret,))
    assert (await said(given, "alerts"))[0] is Verdict.FINE
    assert (await said(settings, "alerts"))[0] is Verdict.TO_DO, "the head's own alone is told of nothing at once"


async def test_an_address_that_apprise_does_not_know_is_wrong(settings: Settings) -> None:
    given = settings.model_copy(update={"alert_urls": (SecretStr("json://127.0.0.1:9/"), SecretStr("a-secret-that-is-no-address"))})
    verdict, advice = await said(given, "alerts")
    assert verdict is Verdict.WRONG
    assert "number 2" in advice
    assert "secret" not in advice


async def test_nobody_is_on_call_unless_entered(settings: Settings) -> None:
    assert await said(settings, "on call") == (Verdict.OFF, "nobody: outside opening hours nobody is woken")


@pytest.mark.parametrize("text", ["mailtos://u:p@example.org, json://127.0.0.1:9/", "mailtos://u:p@example.org\njson://127.0.0.1:9/"])
def test_alert_addresses_are_read_from_the_environment(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIER_ALERT_URLS", text)
    given = Settings(_env_file=None).alert_urls
    assert [address.get_secret_value() for address in given] == ["mailtos://u:p@example.org", "json://127.0.0.1:9/"]
    assert "p@example" not in repr(given)


async def test_facts_are_counted_until_the_team_stands_for_each(settings: Settings, storage: Storage) -> None:
    verdict, advice = await said(settings, "facts")
    assert verdict is Verdict.TO_DO
    assert advice.endswith(f"of {len(load_library().facts)}: the team checks them in the backend, at /backend/content")
    nadia = await colleague(storage, "Nadia", Role.HEAD)
    seen = load_library().facts["notice-empty"].fingerprint
    await storage.run(checks.verify, nadia.id, fact_key("notice-empty"), seen, FAR)
    await storage.run(checks.withdraw, nadia.id, fact_key("notice-short"))
    after = (await said(settings, "facts"))[1]
    assert _never(after) == _never(advice) - 2
    assert "1 withdrawn" in after


def _never(advice: str) -> int:
    found = re.search(r"(\d+) never checked", advice)
    assert found is not None
    return int(found[1])


async def test_a_translation_that_a_colleague_had_read_is_no_more_to_be(settings: Settings, storage: Storage) -> None:
    assert "54 pages in en" in (await said(settings, "translations"))[1]
    nadia = await colleague(storage, "Nadia", Role.HEAD)
    seen = load_library().texts["dalo", "en"].fingerprint
    await storage.run(checks.verify, nadia.id, reading_key("dalo", "en"), seen, FAR)
    assert "53 pages in en" in (await said(settings, "translations"))[1]


async def test_reminders_that_nobody_releases_are_seen(settings: Settings, storage: Storage) -> None:
    assert await said(settings, "reminders") == (Verdict.FINE, "none is late")
    of = await diary(storage)
    await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    verdict, advice = await said(settings, "reminders")
    assert (verdict, advice.startswith("1 are late: start a worker")) == (Verdict.WRONG, True)
