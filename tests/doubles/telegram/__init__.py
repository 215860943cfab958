"""A Bot API of our own, stricter than Telegram's. Everything is invented: no message leaves the machine.

As a library, in the same event loop as the test::

    async with TelegramDouble() as double:                 # a free port of 127.0.0.1; double.base, double.token
        samira = Person(double, 5_550_001, "Samira")       # a private chat the bot may write to
        samira.says("bonjour")                             # on its way; `await ….taken()`: until the bot confirmed it
        await samira.sees("Urgence")                       # until a message of the bot holds these words; also a number, or a condition on texts
        samira.presses("Une personne")                     # by label, under the last message with buttons; presses_data("12.3") for an old one
        samira.starts("affiche-7"); samira.sends(photo=updates.photo()); samira.edits(3, "…"); samira.blocks(); samira.unblocks()

    samira.texts, samira.labels, samira.seen                # what she sees: texts, buttons of the last keyboard, messages as JSON
    double.calls, double.made("sendMessage")                # every call: Recorded(method, params, status, description, result, carried_out)
    double.answered[callback_id], double.commands, double.chats[5_550_001].actions, double.updates.url
    await double.until(lambda: len(double.calls) == 3)      # looked at after each call and confirmation; TimeoutError after 10 s
    double.deliver({"poll": {…}}, chat=0)                   # any update, without its number; builders are in `updates`
    double.files.keep("AgAC…", content); double.files.forget("AgAC…")   # what getFile and /file/bot…/ give, or no longer give
    double.on_call = lambda method, params, result: …       # at once after each call that was done

Updates reach the bot as Telegram's do: by the webhook it set (POST with its secret, again after 0.05 s, 0.1 s … 1 s until a 2xx; one chat's in
order, one at a time), else by getUpdates (offset confirms what is before it, negative ones count from the end, limit, long poll, allowed_updates;
409 to the first of two pollers, and to a poller while a webhook is set). What is not confirmed is kept.

Faults, taken in the order they were asked for, each for `times` calls (0: for ever) after `skip` that go well, for one `chat` or any::

    double.fault("sendMessage", status=429, retry_after=7)            # any status; `description` to say more
    double.fault("sendMessage", how=How.RESET)                        # the connection is reset, the message is not there
    double.fault("sendMessage", how=How.RESET, done=True)             # … and it is there: nobody can know
    double.fault("sendMessage", how=How.TIMEOUT, done=True)           # no answer until fault.release()
    slow = double.fault("sendMessage", how=How.SLOW, seconds=2)       # done at once, answered 2 s later or at slow.release()
    double.fault("sendMessage", how=How.GARBAGE)                      # done, answered with what is not JSON
    double.fault("download", how=How.HALF)                            # a file's bytes stop half way; any of the others too
    double.chats[5_550_001].deactivated = True                        # states: blocked, deactivated, left, started=False

It refuses what Telegram refuses, in Telegram's words (rules.py): empty and long texts, callback_data over 64 bytes, bad keyboards and addresses
(tel: too), marks that do not close, entities out of the text, unknown chats, methods and tokens. Stricter than Telegram, and it says so: unknown
parameters, fields and update kinds, two actions in one button.

As a process, for crash tests and benchmarks: `python -m tests.doubles.telegram --port 8081 [--open-chats] [--no-record]` prints its address once it
listens. Under the same port: GET /_/calls?after=N, /_/chats, /_/pending; POST (JSON) /_/people [chat, …],
/_/updates [{"chat": id, "update": {…}}, …], /_/faults [{"method": …, "how": …}, …]. An answer costs 20 to 40 microseconds.
"""

from tests.doubles.faults import Fault, How
from tests.doubles.telegram.double import TOKEN, Chat, Recorded, TelegramDouble
from tests.doubles.telegram.person import Person
from tests.doubles.telegram.queue import Delivery

__all__ = ["TOKEN", "Chat", "Delivery", "Fault", "How", "Person", "Recorded", "TelegramDouble"]
