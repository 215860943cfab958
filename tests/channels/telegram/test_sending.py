"""What becomes of a call: the double does wrong what Telegram and networks do wrong, and each has its meaning for the road."""

import pytest

from bot.channels.base import Courtesy
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.wire import Wire
from bot.errors import Misconfigured, Unreachable
from bot.messages import Address, Attachment, Call, Choice, Outbound, Purpose
from tests.channels.conformance import check_tells_nothing
from tests.channels.telegram.conftest import BASE_URL, settings
from tests.clock import TestClock
from tests.doubles.http import Answer, Request, Response, Server
from tests.doubles.telegram import TOKEN, How, Person, TelegramDouble
from tests.doubles.telegram.parameters import Sent

SAMIRA = Address("telegram", "7000000001", "5550001")
HELLO = Call("sendMessage", {"chat_id": 5_550_001, "text": "Bonjour"})


async def test_a_message_is_sent_once_and_known_by_chat_and_number(double: TelegramDouble, samira: Person, wired: TelegramChannel) -> None:
    outbound = Outbound(SAMIRA, Purpose.REPLY, "Bonjour 😔", (Choice("menu", "Menu"),), number=3)
    [call] = wired.render(outbound)
    external_id = await wired.send(SAMIRA, call)
    assert external_id == f"5550001:{samira.seen[0]['message_id']}"
    assert (samira.texts, samira.labels) == (["Bonjour 😔"], ["Menu"])
    assert await wired.send(SAMIRA, HELLO) != external_id
    assert [made.status for made in double.calls] == [200, 200]


async def test_a_small_file_of_ours_is_a_document_then_the_words(double: TelegramDouble, samira: Person, wired: TelegramChannel) -> None:
    file = Attachment("document", "", "text/calendar", name="rendez-vous.ics", text="BEGIN:VCALENDAR\r\né\r\n")
    calls = wired.render(Outbound(SAMIRA, Purpose.SERVICE, "Voici", (Choice("menu", "Menu"),), (file, Attachment("photo", "theirs")), number=3))
    assert [call.method for call in calls] == ["sendDocument", "sendMessage"]
    for call in calls:
        assert await wired.send(SAMIRA, call) == f"5550001:{samira.seen[-1]['message_id']}"
    (made,) = double.made("sendDocument")
    assert made.params["document"] == Sent("rendez-vous.ics", "text/calendar", "BEGIN:VCALENDAR\r\né\r\n".encode())
    assert samira.seen[0]["document"]["file_name"] == "rendez-vous.ics"
    assert samira.labels == ["Menu"]


@pytest.mark.parametrize("done", [True, False])
async def test_no_answer_in_time_may_have_been_sent(double: TelegramDouble, samira: Person, done: bool) -> None:
    wire = Wire(settings().token or pytest.fail("no token"), double.base)
    double.fault("sendMessage", how=How.TIMEOUT, done=done)
    with pytest.raises(Unreachable) as raised:
        await wire.call(HELLO.method, HELLO.payload, seconds=0.05)
    await wire.close()
    assert (raised.value.code, raised.value.maybe_sent) == ("timeout", True)
    assert len(samira.seen) == done
    check_tells_nothing([TOKEN], raised.value, raised.value.__context__)


async def test_a_name_that_leads_nowhere_was_surely_not_sent(clock: TestClock) -> None:
    channel = TelegramChannel(settings(api_base="http://bot-api.invalid"), clock, BASE_URL)
    with pytest.raises(Unreachable) as raised:
        await channel.send(SAMIRA, HELLO)
    await channel.close()
    assert not raised.value.maybe_sent
    check_tells_nothing([TOKEN], raised.value, raised.value.__context__)


async def test_we_do_not_follow_anybody_elsewhere(clock: TestClock) -> None:
    """A redirection would carry a young person's words to whoever answered."""
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request.path)
        return Response(302, b"", {"Location": "/elsewhere"})

    server = Server(answer)
    await server.start()
    channel = TelegramChannel(settings(api_base=f"http://127.0.0.1:{server.port}"), clock, BASE_URL)
    with pytest.raises(Unreachable):
        await channel.send(SAMIRA, HELLO)
    await channel.close()
    await server.close()
    assert asked == [f"/bot{TOKEN}/sendMessage"]


async def test_connections_are_kept(double: TelegramDouble, samira: Person, wired: TelegramChannel) -> None:
    for _ in range(5):
        await wired.send(SAMIRA, HELLO)
    assert len(double.server.connections) == 1
    assert len(samira.seen) == 5


async def test_the_bot_knows_its_name(double: TelegramDouble, wired: TelegramChannel) -> None:
    assert await wired.username() == "palier_double_bot"
    double.fault("getMe", status=401)
    with pytest.raises(Misconfigured):
        await wired.username()


async def test_a_link_opens_the_bot_with_a_code(double: TelegramDouble, wired: TelegramChannel) -> None:
    assert wired.link("k7m2xq") == "", "nobody has said its name"
    await wired.learn()
    assert wired.link("k7m2xq") == "https://t.me/palier_double_bot?start=k7m2xq"
    double.fault("getMe", status=401)
    await wired.learn()
    assert wired.link("") == "https://t.me/palier_double_bot", "its name is asked once"


# -- courtesies


async def test_a_pressed_button_is_answered_and_its_question_closed(double: TelegramDouble, samira: Person, wired: TelegramChannel) -> None:
    [call] = wired.render(Outbound(SAMIRA, Purpose.REPLY, "On le fait ?", (Choice("answer:yes", "Oui"),), number=3))
    external_id = await wired.send(SAMIRA, call)
    query = samira.presses("Oui").update["callback_query"]
    handle = f"{query['id']}:{query['message']['message_id']}"
    await wired.courtesy(SAMIRA, Courtesy.ANSWERED, handle, "C'est noté")
    await wired.courtesy(SAMIRA, Courtesy.CLOSE_CHOICES, handle)
    assert double.answered == {query["id"]: "C'est noté"}
    assert samira.labels == []
    await wired.courtesy(SAMIRA, Courtesy.CLOSE_CHOICES, external_id)  # closed already: lost, and nobody minds
    assert wired.counts == {"courtesy_close_choices_message_is_not_modified": 1}


async def test_typing(samira: Person, wired: TelegramChannel) -> None:
    await wired.courtesy(SAMIRA, Courtesy.TYPING, "")
    assert samira.chat.actions == 1


@pytest.mark.parametrize(
    ("gesture", "handle"), [(Courtesy.ANSWERED, ""), (Courtesy.ANSWERED, "nonsense"), (Courtesy.CLOSE_CHOICES, "77:"), (Courtesy.CLOSE_CHOICES, "")]
)
async def test_a_handle_that_says_nothing_asks_nothing(double: TelegramDouble, wired: TelegramChannel, gesture: Courtesy, handle: str) -> None:
    await wired.courtesy(SAMIRA, gesture, handle)
    assert double.calls == []
