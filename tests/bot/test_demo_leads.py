"""A button that opens another app opens it on the phone of the demo, and not at whoever has that name in the world."""

from pathlib import Path

from bot.phones.phone import App
from bot.phones.screen import draw
from tests.bot.phone_held import opened


async def test_a_button_that_opens_another_app_opens_it_on_this_phone(tmp_path: Path) -> None:
    async with opened(tmp_path) as hand:
        await hand.says(App.TELEGRAM, "mes applis")
        await hand.presses(App.TELEGRAM, "J’ai une autre appli")
        fronts = {each: provider.front() for each, provider in hand.phones.providers.items()}
        shown = draw(hand.phones.phone, App.TELEGRAM, fronts, hand.service.settings.zone)[-1]
        leads = dict(zip((button.label for button in shown.line.buttons), shown.leads, strict=True))
        assert leads["Menu"] == ""
        path, _, code = leads["Ouvrir WhatsApp"].partition("?ref=")
        assert path == "/demo/phones/whatsapp"
        await hand.phones.providers[App.WHATSAPP].opens(code)
        assert "Tu as demandé ce code" in (await hand.lines(App.WHATSAPP))[-1].text
