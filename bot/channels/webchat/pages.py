"""Makes the pages of the web chat, and the headers that every one of them carries."""

import gzip
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.channels.webchat.markup import Block, blocks
from bot.channels.webchat.ports import House, Line, Talk, Text, Words, _
from bot.channels.webchat.session import Session
from bot.channels.webchat.sheet import Sheet, Shown, buttons, direction, tongue
from bot.templates import templates

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = 80
"""Lines of one page; earlier ones are one link away."""
WORTH_PACKING = 1000

NO_SESSION = "open GET /chat first: its cookie, or the token of its form as « Authorization: Bearer », says who writes"
PLAIN_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, what becomes of what was written, what to do."""

    status: int
    text: Text


TOO_LONG = Problem(413, _("Ce message est trop long pour partir. Coupe-le en plusieurs morceaux."))
TOO_FAST = Problem(
    429,
    _("Ça fait beaucoup de messages d'un coup. Celui-ci est encore là : renvoie-le dans une minute. Les numéros d'urgence marchent tout de suite."),
)
OTHER_PAGE = Problem(
    403, _("La conversation a changé dans un autre onglet. Ton message n'est pas parti, il est encore là : renvoie-le si c'est toi.")
)
EMERGENCY = _("Urgence : 115 · 17 · 119 · 3114")
"""On a page of ours that has no button « Urgence »."""
CLOSED_PAGE = Problem(
    409,
    _("Cette page à part est fermée. Ton message n'est pas parti : écris-le là où tu nous écrivais, ou renvoie-le ici pour parler d'autre chose."),
)
NOT_A_FORM = Problem(400, _("Ce message n'est pas arrivé entier. Renvoie-le depuis cette page."))
NOT_STORED = Problem(
    503,
    _("Ton message n'est pas parti : il y a une panne de notre côté. Il est encore là : renvoie-le dans un moment. Les numéros d'urgence marchent."),
)
_FILE_NOT_HERE = _("Ce fichier ne passe pas ici. Une photo ou un PDF plus léger, oui. Ou apporte-le au rendez-vous.")
FILE_TOO_LARGE, FILE_UNFIT = Problem(413, _FILE_NOT_HERE), Problem(415, _FILE_NOT_HERE)
FILES_TOO_FAST = Problem(
    429, _("Ça fait beaucoup de fichiers d'un coup. Le dernier n'est pas parti : renvoie-le dans une minute. Les numéros d'urgence marchent.")
)
FILE_NOT_STORED = Problem(
    503, _("Ton fichier n'est pas parti : il y a une panne de notre côté. Renvoie-le dans un moment. Les numéros d'urgence marchent.")
)


@dataclass(frozen=True, slots=True)
class View:
    """One visit of the page. `earlier`: there are lines before these; `payload` is a poster's code."""

    session: Session
    talk: Talk | None
    lines: Sequence[Line]
    earlier: bool = False
    payload: str = ""
    draft: str = ""
    problem: Problem | None = None
    language: str = "fr"


class Pages:
    """Templates, in the language of whoever reads."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._jinja = templates(TEMPLATES)
        self._jinja.globals["asset"] = house.assets.url

    def sheet(self, words: Words) -> Sheet:
        zone = self._house.settings.zone
        return Sheet(words, zone, self._house.clock.now().astimezone(zone).date(), self._house.written)

    def chat(self, request: Request, view: View) -> Response:
        """The conversation, or the welcome where there is none yet."""
        words = self._house.words(view.language)
        sheet = self.sheet(words)
        shown = [one for line in view.lines if (one := sheet.add(line)) is not None]
        welcome = self._house.welcome(words.language)
        greeting = blocks(welcome.body)
        body = self._jinja.get_template("chat.html").render(
            _=partial(_say, words),
            view=view,
            words=words,
            tongue=tongue(words.language),
            direction=direction(words.language),
            welcome=welcome,
            greeting=[] if view.earlier else greeting,
            sos=[block for block in greeting if block.kind == "sos"],
            menu=buttons(0, welcome.choices),
            lines=shown,
            open=sheet.questions.open,
            last_mine=max((one.number for one in shown if one.side == "me"), default=0),
            last_number=max((line.number for line in view.lines), default=0),
            token=view.session.masked(),
            once=secrets.token_urlsafe(12),
        )
        return self._page(request, body, view.problem.status if view.problem else 200, welcome.leave_to)

    def line(self, shown: Shown, words: Words) -> str:
        """One line alone, for a page that is open already."""
        return self._jinja.get_template("line.html").render(_=partial(_say, words), line=shown, open={shown.number}, last_mine=0, menu=None)

    def blank(self, request: Request, *, wakes: bool) -> Response:
        """Nothing to see. `wakes`: opened anew with JavaScript, it opens the chat by itself; come back to, it stays blank."""
        words = self._house.words("fr")
        return self._page(request, self._jinja.get_template("blank.html").render(_=partial(_say, words), wakes=wakes), 200, None)

    def export(self, request: Request, language: str | None, token: str, status: int, *, of_date: bool = False) -> Response:
        """The page of a private link, or that it works no more (`token` is ""). `of_date`: it was to the file of an appointment."""
        words = self._house.words(language or "fr")
        body = self._jinja.get_template("export.html").render(
            _=partial(_say, words), tongue=tongue(words.language), direction=direction(words.language), token=token, of_date=of_date
        )
        return self._page(request, body, status, None)

    def deposit(self, request: Request, language: str | None, view: Mapping[str, object], status: int, until: date | None) -> Response:
        """The page where papers are left, or that it works no more (`view["asked"]` is None)."""
        words = self._house.words(language or "fr")
        body = self._jinja.get_template("deposit.html").render(
            _=partial(_say, words),
            tongue=tongue(words.language),
            direction=direction(words.language),
            sos=blocks(words.say(EMERGENCY)),
            until=words.day(until) if until else "",
            **view,
        )
        return self._page(request, body, status, self._house.welcome(words.language).leave_to)

    def private(self, request: Request, language: str | None, token: str, status: int) -> Response:
        """The page of a link to a private page, or that it works no more (`token` is "")."""
        words = self._house.words(language or "fr")
        body = self._jinja.get_template("private.html").render(
            _=partial(_say, words), tongue=tongue(words.language), direction=direction(words.language), token=token
        )
        return self._page(request, body, status, self._house.welcome(words.language).leave_to)

    def answer(self, request: Request, language: str | None, view: Mapping[str, object], status: int) -> Response:
        """The page that answers a message, or that it works no more (`view["asked"]` is None)."""
        words = self._house.words(language or "fr")
        welcome = self._house.welcome(words.language)
        body = self._jinja.get_template("answer.html").render(
            _=partial(_say, words), tongue=tongue(words.language), direction=direction(words.language), **view
        )
        return self._page(request, body, status, welcome.leave_to)

    def spoken(self, text: str) -> list[Block]:
        """What was said, as a page shows it."""
        return blocks(text)

    def _page(self, request: Request, body: str, status: int, leave_to: str | None) -> Response:
        headers = PLAIN_HEADERS | {"content-security-policy": policy(self._house.settings.embed_origins, leave_to)}
        return packed(request, body.encode(), "text/html; charset=utf-8", headers, status)


def _say(words: Words, msgid: str, **values: object) -> str:
    return words.say(Text(msgid), **values)


def policy(embed_origins: Sequence[str], leave_to: str | None) -> str:
    """The content policy: everything from here, nothing inline.

    « Quitter vite » without JavaScript is a form that redirects, and browsers hold each hop of it to form-action: a neutral page that itself
    moves on must not leave the person on the chat, so its whole scheme is let through.
    """
    scheme = f" {urlsplit(leave_to).scheme}:" if leave_to else ""
    ancestors = " ".join(("'self'", *embed_origins))
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'none'; frame-src 'none'; "
        f"base-uri 'none'; form-action 'self'{scheme}; frame-ancestors {ancestors}"
    )


def said(status: int, advice: str = "") -> Response:
    """A short JSON answer: nothing, or what to do instead."""
    body = json.dumps({"error": advice} if advice else {}, ensure_ascii=False)
    return Response(body, status, PLAIN_HEADERS, "application/json")


def packed(request: Request, body: bytes, kind: str, headers: dict[str, str], status: int = 200) -> Response:
    """A response, compressed where the browser takes it and it is worth it."""
    headers = headers | {"vary": "accept-encoding"}
    if len(body) > WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(gzip.compress(body, 6), status, headers | {"content-encoding": "gzip"}, kind)
    return Response(body, status, headers, kind)
