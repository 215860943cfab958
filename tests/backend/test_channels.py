"""« Applications »: what each provider said of our account, and nothing before one did."""

from datetime import UTC, datetime

from backend.pages.channels import LANGUAGES as SAID
from backend.pages.channels import STATES
from backend.show import MODELS
from bot.channels.whatsapp.templates import LANGUAGES, State, catalogue
from bot.messages import Standing
from storage import standings
from tests.backend.desk import House, words

PATH = "/backend/channels"
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def standing(quality: str = "yellow", people: int | None = 250) -> Standing:
    return Standing(
        "whatsapp", "1055", AT, quality, people, {"rdv_rappel/fr": "approved", "rdv_rappel/ar": "rejected", "reponse_attend/fr": "pending"}
    )


async def test_nothing_is_shown_before_a_provider_said_something(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert "Applications" not in await words(browser, "/backend/tasks")
        assert "Aucune application n’en dit rien" in await words(browser, PATH)


async def test_quality_limit_and_what_does_not_pass_first(house: House) -> None:
    await house.colleague()
    await house.storage.run(standings.put, standing())
    async with house.browser() as browser:
        await browser.log_in()
        assert "Applications" in await words(browser, "/backend/tasks")
        said = await words(browser, PATH)
        assert "WhatsApp" in said
        assert "Les annonces partent plus lentement." in said
        assert "250" in said
        assert said.index("Refusé") < said.index("Accepté")
        assert said.index("En attente") < said.index("Accepté")
        assert "Rappel d’un rendez-vous arabe Refusé" in said
        assert "1055" not in said


async def test_the_newest_word_counts(house: House) -> None:
    await house.colleague()
    await house.storage.run(standings.put, standing("red"))
    await house.storage.run(standings.put, standing("green", None))
    async with house.browser() as browser:
        await browser.log_in()
        said = await words(browser, PATH)
    assert "Bonne : rien à faire." in said.replace("\u00a0", " ")
    assert "Sans limite" in said


def test_every_template_language_and_state_has_its_words() -> None:
    assert set(MODELS) == set(catalogue())
    assert set(SAID) == set(LANGUAGES)
    assert set(STATES) == {state.value for state in State}
