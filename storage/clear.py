"""The columns left in clear, and why. Everything else is sealed or a look-up key; a test compares this page with the schema.

What is in clear is what a statement must sort, compare or lock by, and says nothing of what a person said, is known by, or is thought to need.
"""

from collections.abc import Mapping

NAMED_AT_RANDOM = "an unguessable name drawn at random: says nothing"
ORDER = "order and locks: a number that says nothing of what it numbers"
TRANSPORT = "the road chooses what to do next by it; it tells of transport, not of what is said"
TIME = "sorted and compared: deadlines, retention and order rest on it"
CHANNEL = "which of our own accounts it came by: pace and sending are per account"
CODE = "a short code of ours or of the provider's for what went wrong, without content"
LEASE = "which of our processes holds it, and until when"
STAFF = "about the team's accounts, not about the people it helps"
OURS = "the service's own affairs: concerns nobody"

CLEAR: Mapping[str, Mapping[str, str]] = {
    "absence": {"token": NAMED_AT_RANDOM},
    "action": {"kind": "which one-time form or link it is for", "expires_at": TIME, "used_at": TIME},
    "address": {
        "channel": CHANNEL,
        "account": CHANNEL,
        "fence": ORDER,
        "sending": ORDER,
        "position": ORDER,
        "stopped_until": LEASE,
        "opted_out_at": "checked by every statement that sends: STOP must hold even where a value cannot be opened",
        "blocked_at": "checked by every statement that sends",
        "last_inbound_at": "a platform's window of free answers is counted from it, in the statement that sends",
        "created_at": TIME,
    },
    "alert": {
        "raised_at": "the existence of an alert is in clear, because waiting people are sorted by it; what it is about is not here",
        "acknowledged_at": TIME,
        "passed_at": TIME,
        "audience": "whether the team or somebody on call was told; nobody's name",
        "told": "what is done next is decided by it",
        "again_at": TIME,
    },
    "attempt": {"what": "which door was tried", "window_start": TIME, "count": "the rate limit is this number"},
    "audit": {
        "act": "what was done, from a closed list; what was read or written is not here",
        "stranger": "what the ids of an erased person became: a random number kept nowhere else",
        "at": TIME,
    },
    "bucket": {"name": "an account, or the number of an address", "tokens": TRANSPORT, "at": TIME, "stopped_until": TIME},
    "caseworker": {"token": NAMED_AT_RANDOM, "role": STAFF, "password": "an argon2id hash", "created_at": TIME, "disabled_at": TIME},
    "closure": {"token": NAMED_AT_RANDOM, "first_day": OURS, "last_day": OURS, "reason": OURS},
    "confidential": {"name": OURS},
    "consent": {
        "kind": "a notice shown or a choice made: a choice is kept with its person, which one is sealed",
        "version": "which edition of a notice, one for everybody",
        "at": TIME,
        "withdrawn_at": TIME,
    },
    "conversation": {
        "token": NAMED_AT_RANDOM,
        "owner": "the only thing that silences the bot: checked by every statement that sends",
        "epoch": ORDER,
        "last_number": ORDER,
        "last_human_at": "a crisis card waits for it, in the accept transaction",
        "created_at": TIME,
    },
    "crisis": {
        "number": ORDER,
        "opened_at": "that there was an alarm is in clear, as an alert is; which crisis is not",
        "card_due_at": "the card must go on time: found by an index",
        "last_card_at": TIME,
        "quiet_until": "no survey and no announcement before it: checked when one is sent",
    },
    "delivery": {"call_index": ORDER, "state": TRANSPORT, "fence": ORDER, "holder": LEASE, "leased_until": LEASE, "failure": CODE},
    "download": {"expires_at": TIME},
    "erasing": {"kind": "how much is to be erased, from a closed list", "asked_at": TIME},
    "event": {"kind": "what sort of thing happened, from a closed list without labels; which page, crisis or theme is in `detail`", "at": TIME},
    "hold": {"ends_at": TIME, "created_at": TIME},
    "inbound": {
        "channel": CHANNEL,
        "account": CHANNEL,
        "number": ORDER,
        "state": TRANSPORT,
        "attempts": TRANSPORT,
        "retry_at": TIME,
        "failure": "the class of the fault that parked it, without its message",
        "received_at": TIME,
        "handled_at": TIME,
    },
    "job_run": {
        "job": OURS,
        "key": "an internal number or nothing: keeps two occurrences apart",
        "planned_at": OURS,
        "state": OURS,
        "holder": LEASE,
        "leased_until": LEASE,
        "attempts": OURS,
        "finished_at": OURS,
        "failure": CODE,
    },
    "lease": {"name": OURS, "holder": LEASE, "until": LEASE},
    "link": {"since": TIME, "until": TIME, "proof": "by what means, from a closed list"},
    "login": {"seen_at": STAFF, "expires_at": STAFF},
    "media": {
        "token": NAMED_AT_RANDOM,
        "number": ORDER,
        "kind": "voice, photo or file, as the receipt says and limits are set by; what it shows is sealed",
        "size": "limits are counted by it",
        "state": TRANSPORT,
        "attempts": TRANSPORT,
        "retry_at": TIME,
        "failure": CODE,
        "received_at": TIME,
        "treated_at": TIME,
    },
    "media_chunk": {"chunk_index": ORDER},
    "message": {
        "number": ORDER,
        "author": "person, bot or caseworker: who must answer is found by it",
        "purpose": "what legality, pace and resending are decided by; a crisis shows as one, which crisis does not",
        "status": TRANSPORT,
        "at": TIME,
    },
    "monthly_count": {
        "month": "concerns nobody: which page, theme or motive is sealed all the same",
        "kind": "from a closed list, without labels",
        "channel": CHANNEL,
        "number": "the figure itself",
    },
    "note": {"at": TIME},
    "outbound": {
        "number": ORDER,
        "purpose": "what legality, pace and resending are decided by; a crisis overtakes the line",
        "epoch": ORDER,
        "position": ORDER,
        "state": TRANSPORT,
        "attempts": TRANSPORT,
        "resent": TRANSPORT,
        "next_call": TRANSPORT,
        "retry_at": TIME,
        "not_before": TIME,
        "expires_at": TIME,
        "failure": CODE,
        "created_at": TIME,
    },
    "person": {"token": NAMED_AT_RANDOM, "created_at": TIME},
    "place": {"token": NAMED_AT_RANDOM, "name": OURS, "address": OURS, "week": OURS},
    "poster": {
        "code": "printed on walls",
        "page": "which page a poster opens, the same for everybody who reads it",
        "label": "what the team calls a sort of poster; who came by it is sealed with their message",
        "created_at": OURS,
        "withdrawn_at": OURS,
    },
    "receipt": {"channel": CHANNEL, "account": CHANNEL, "status": TRANSPORT, "failure": CODE, "at": TIME},
    "secret": {
        "kind": OURS,
        "number": OURS,
        "wrapped": "a key, encrypted with PALIER_SECRET_KEY: sealing it with itself would lose it",
        "created_at": OURS,
    },
    "setting": {"name": OURS, "value": "the service's own settings, content edits and clock; nothing about a person is ever a setting"},
    "task": {
        "token": NAMED_AT_RANDOM,
        "kind": "from a closed list, without labels; the text is sealed",
        "due_at": TIME,
        "created_at": TIME,
        "done_at": TIME,
    },
    "thread": {
        "token": NAMED_AT_RANDOM,
        "urgency": "0, 1 tonight, 2 now, never which crisis: waiting people are sorted by it",
        "queue": "which partner's list it waits in, the service's own unless somebody passed it on",
        "opened_at": TIME,
        "promised_at": TIME,
        "promised_since": TIME,
        "promises_missed": "what is said next is decided by it",
        "closed_at": TIME,
    },
    "thread_range": {"first_number": ORDER, "last_number": ORDER},
}
