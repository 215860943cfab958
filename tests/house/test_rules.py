"""Each rule finds its bad lines and leaves the good ones alone: a rule that cannot fail is worth nothing."""

from textwrap import dedent

import pytest

from tests.house import rules
from tests.house.rules import RULES, Rule, findings
from tests.house.source import Source

HANDLER = "handlers/menu.py"
TEST = "tests/test_menu.py"

GOOD: list[tuple[Rule, str, str]] = [
    (rules.one_edge_commits, "storage/engine.py", "session.commit()"),
    (rules.one_edge_commits, "storage/migrations/versions/0001.py", "connection.commit()"),
    (rules.one_edge_commits, TEST, "connection.commit()"),
    (rules.one_edge_commits, "storage/people.py", "log.info('commit')"),
    (rules.times_are_aware, "bot/rules/hours.py", "datetime(2026, 11, 20, tzinfo=UTC)"),
    (rules.times_are_aware, "bot/rules/hours.py", "datetime.combine(day, hour, tzinfo=zone)"),
    (rules.times_are_aware, "bot/rules/hours.py", "datetime.combine(day, hour, zone)"),
    (rules.times_are_aware, "bot/rules/hours.py", "at.replace(tzinfo=UTC)"),
    (rules.one_door_to_time, "bot/clock.py", "time.time()"),
    (rules.one_door_to_time, "bot/outbox.py", "clock.now()"),
    (rules.one_door_to_time, "bot/outbox.py", "self.clock.elapsed()"),
    (rules.one_door_to_time, "bench/road.py", "time.perf_counter()"),
    (rules.one_door_to_time, TEST, "time.monotonic()"),
    (rules.tests_do_not_sleep, TEST, "asyncio.sleep(0)"),
    (rules.tests_do_not_sleep, TEST, "time.sleep(0.05)  # a real process starts: nothing tells us when"),
    (rules.tests_do_not_sleep, "bench/road.py", "time.sleep(1)"),
    (rules.handlers_speak_through_catalogues, HANDLER, '"""What the menu says to people."""'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply(_("Choisis un sujet :"))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply(_("Bonjour {name}, choisis."), name=name)'),
    (rules.handlers_speak_through_catalogues, HANDLER, "turn.reply_content(page.body)"),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply_content("\\n\\n".join(parts))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.ask("team.name", _("Ton prénom ?"), Choice("menu", turn.words.say(_("Menu"))))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'Choice(id="menu", label=turn.words.say(MENU), tone="quiet")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'ASKED = ("une personne", "parler a quelqu un", "d\'accord")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'raise ValueError("no such page here")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'log.info("turn was parked", extra={"action": "turn_parked"})'),
    (rules.handlers_speak_through_catalogues, "backend/app.py", 'title = "Une phrase entière"'),
    (rules.catalogues_can_read, HANDLER, '_("Bonjour {name}").format(name=name)'),
    (rules.catalogues_can_read, HANDLER, 'ngettext("{n} page", "{n} pages", n)'),
    (rules.functions_fit_a_screen, HANDLER, "def turn():\n" + "    pass\n" * 60),
    (rules.functions_fit_a_screen, "storage/migrations/versions/0001.py", "def upgrade():\n" + "    pass\n" * 61),
    (rules.files_stay_small, HANDLER, "pass\n" * 400),
    (rules.files_stay_small, TEST, "pass\n" * 400),
    (rules.files_stay_small, "storage/migrations/versions/0001_first.py", "pass\n" * 401),
    (rules.nothing_is_left_for_later, HANDLER, "# it will do"),
    (rules.nothing_is_left_for_later, "docs/x.md", "mastodon"),
    (rules.no_registry_address, "docs/x.md", "see https://www.service-public.fr/particuliers/simplement"),
    (rules.no_registry_address, "bot/app.py", "registers = CollectorRegistry()"),
    (rules.skips_have_reasons, TEST, '@pytest.mark.skipif(here, reason="needs a disk")\ndef test(): ...'),
    (rules.skips_have_reasons, TEST, 'pytest.skip("no Chromium here")'),
    (rules.skips_have_reasons, TEST, '@pytest.mark.xfail(reason="issue 12", strict=True)\ndef test(): ...'),
]

BAD: list[tuple[Rule, str, str]] = [
    (rules.one_edge_commits, "storage/people.py", "session.commit()"),
    (rules.one_edge_commits, "backend/app.py", "await request.state.session.commit()"),
    (rules.one_edge_commits, "storage/road.py", 'cursor.execute("commit;")'),
    (rules.times_are_aware, "bot/rules/hours.py", "datetime(2026, 11, 20)"),
    (rules.times_are_aware, TEST, "datetime(2026, 11, 20, 9, 30)"),
    (rules.times_are_aware, "bot/rules/hours.py", "datetime.combine(day, hour)"),
    (rules.times_are_aware, "bot/rules/hours.py", "at.replace(tzinfo=None)"),
    (rules.times_are_aware, "bot/rules/hours.py", "latest = datetime.min"),
    (rules.one_door_to_time, "bot/outbox.py", "time.time()"),
    (rules.one_door_to_time, "bot/outbox.py", "datetime.now(UTC)"),
    (rules.one_door_to_time, "bot/outbox.py", "datetime.datetime.now(UTC)"),
    (rules.one_door_to_time, "bot/rules/hours.py", "date.today()"),
    (rules.one_door_to_time, "bot/outbox.py", "from time import monotonic"),
    (rules.one_door_to_time, "bot/outbox.py", "loop.time()"),
    (rules.one_door_to_time, TEST, "datetime.now(UTC)"),
    (rules.tests_do_not_sleep, TEST, "await asyncio.sleep(0.1)"),
    (rules.tests_do_not_sleep, TEST, "time.sleep(1)"),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply("Bonjour")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply(text="Bonjour")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply_content(f"Bonjour {name}")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply_content(turn.words.say(GREETING) + " toi")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.ask("team.name", "Bonjour {}".format(name))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'Choice("menu", "Menu")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'Choice(id="menu", label="Menu")'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.ask("team.name", text, Choice("yes", "Oui" if young else label))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'turn.reply(Text("Bonjour"))'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'GREETING = "Bonjour, je suis le robot."'),
    (rules.handlers_speak_through_catalogues, HANDLER, 'ENDING = "tu peux rappeler."'),
    (rules.catalogues_can_read, HANDLER, '_(f"Bonjour {name}")'),
    (rules.catalogues_can_read, HANDLER, '_("Bonjour " + name)'),
    (rules.catalogues_can_read, HANDLER, 'turn.ngettext("{n} page".format(n=n), "pages", n)'),
    (rules.functions_fit_a_screen, HANDLER, "def turn():\n" + "    pass\n" * 61),
    (rules.functions_fit_a_screen, TEST, "async def test_turn():\n" + "    pass\n" * 61),
    (rules.files_stay_small, HANDLER, "pass\n" * 401),
    (rules.files_stay_small, TEST, "pass\n" * 401),
    (rules.files_stay_small, "bench/road.py", "pass\n" * 401),
    (rules.nothing_is_left_for_later, HANDLER, "# TO" + "DO: later"),
    (rules.nothing_is_left_for_later, "content/pages/fr/apl.md", "FIX" + "ME"),
    (rules.no_registry_address, "requirements.lock", "--index-" + "url https://packages.example/"),
    (rules.no_registry_address, "docs/x.md", "https://packages.example/" + "simple/"),
    (rules.no_registry_address, "docs/x.md", "https://py" + "pi.org/project/aiogram"),
    (rules.skips_have_reasons, TEST, "@pytest.mark.skip\ndef test(): ..."),
    (rules.skips_have_reasons, TEST, "@pytest.mark.skip()\ndef test(): ..."),
    (rules.skips_have_reasons, TEST, "pytest.skip()"),
    (rules.skips_have_reasons, TEST, "@pytest.mark.skipif(here)\ndef test(): ..."),
    (rules.skips_have_reasons, TEST, '@pytest.mark.xfail(reason="")\ndef test(): ...'),
]


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_a_good_line_passes(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, dedent(text)))) == []


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_bad_line_is_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, dedent(text)))) != []


@pytest.mark.parametrize("cases", [GOOD, BAD], ids=["good", "bad"])
def test_every_rule_has_its_examples(cases: list[tuple[Rule, str, str]]) -> None:
    assert {rule for rule, _, _ in cases} == set(RULES)


def test_a_finding_says_where_and_what_to_do() -> None:
    assert [str(finding) for finding in findings([Source("storage/people.py", "\nsession.commit()")])] == [
        "storage/people.py:2: return from the unit of work: storage.run commits (one_edge_commits)"
    ]
