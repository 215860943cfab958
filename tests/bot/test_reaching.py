"""An address that somebody gave is read by https, in public, small and soon; whatever it turns into, it leads nowhere inside."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import reaching
from bot.errors import Unread
from bot.reaching import MOST, Asked, Reach, Why, is_public
from tests.doubles.http import Answer, Cut, Request, Response, Server

HOME = frozenset({"127.0.0.1", "localhost"})


@dataclass
class Names:
    """What a name server says, one answer after the other; the last one for ever."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise OSError("no such name")
        return found


@asynccontextmanager
async def serving(answer: "Answer | list[Answer]") -> AsyncIterator[tuple[str, list[Request]]]:
    """A server of this machine that answers so; its address, and what it was asked."""
    asked: list[Request] = []
    waiting = answer if isinstance(answer, list) else [answer]

    def handle(request: Request) -> Answer:
        asked.append(request)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    server = Server(handle)
    await server.start()
    try:
        yield f"http://127.0.0.1:{server.port}", asked
    finally:
        await server.close()


async def why(address: str, reach: Reach | None = None, asked: Asked | None = None) -> str:
    """Why it is not read."""
    with pytest.raises(Unread) as fault:
        await (reach or Reach(HOME)).read(address, asked or Asked())
    assert address not in str(fault.value)
    return fault.value.code


class TestWhere:
    @pytest.mark.parametrize(
        "address",
        [
            *("0.1.2.3", "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.5.4", "192.168.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255"),
            *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::7f00:1"),
        ],
    )
    def test_what_means_something_only_here_is_not_public(self, address: str) -> None:
        assert not is_public(ip_address(address))

    @pytest.mark.parametrize("address", ["93.184.216.34", "2a00:1450:4007::200e", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
    def test_the_rest_is(self, address: str) -> None:
        assert is_public(ip_address(address))

    @pytest.mark.parametrize(
        "address",
        [
            *("https://127.0.0.1/a.ics", "https://localhost/a.ics", "https://[::1]/a.ics", "https://2130706433/a.ics", "https://0x7f.1/a.ics"),
            *("https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "https://10.0.0.1:8443/"),
        ],
    )
    async def test_inside_is_refused_before_anything_is_sent(self, address: str) -> None:
        assert await why(address, Reach()) in (Why.INSIDE, Why.UNKNOWN)

    @pytest.mark.parametrize("found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%eth0"], ["93.184.216.34", "::1"]])
    async def test_a_name_that_leads_inside_is_refused_though_it_leads_outside_too(self, found: list[str]) -> None:
        names = Names([found])
        assert await why("https://calendar.example/a.ics", Reach(resolve=names)) == Why.INSIDE

    async def test_a_name_that_changes_its_mind_is_asked_once(self) -> None:
        """Named by the operator, so that loopback may be met at all: the second answer would lead to nobody."""
        async with serving(Response(200, b"here")) as (address, _):
            names = Names([["127.0.0.1"], ["127.9.9.9"]])
            reach = Reach(frozenset({"calendar.lan"}), names)
            read = await reach.read(address.replace("127.0.0.1", "calendar.lan"), Asked())
        assert (read.body, names.asked) == (b"here", ["calendar.lan"])

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("http://calendar.example/a.ics", Why.INSECURE),
            ("file:///etc/passwd", Why.ODD_ADDRESS),
            ("gopher://calendar.example/", Why.ODD_ADDRESS),
            ("https://", Why.ODD_ADDRESS),
            ("/a.ics", Why.ODD_ADDRESS),
        ],
    )
    async def test_odd_and_insecure_addresses(self, address: str, code: Why) -> None:
        assert await why(address, Reach(resolve=Names([["93.184.216.34"]]))) == code

    async def test_a_host_the_operator_named_needs_https_unless_it_is_this_machine(self) -> None:
        reach = Reach(frozenset({"nextcloud.lan"}), Names([["192.168.1.20"]]))
        assert await why("http://nextcloud.lan/a.ics", reach) == Why.INSECURE

    async def test_a_name_with_accents_is_asked_as_it_is_registered(self) -> None:
        names = Names([["10.0.0.1"]])
        assert await why("https://agenda-hélène.example/a.ics", Reach(resolve=names)) == Why.INSIDE
        assert names.asked == ["agenda-hélène.example".encode("idna").decode()]

    async def test_a_name_nobody_knows(self) -> None:
        assert await why("https://nowhere.example/a.ics", Reach(resolve=Names([[]]))) == Why.UNKNOWN


class TestRead:
    async def test_what_stands_there(self) -> None:
        async with serving(Response(200, b"here", {"ETag": '"1"'})) as (address, asked):
            read = await Reach(HOME).read(address + "/a.ics?key=1", Asked(headers={"if-none-match": '"0"'}))
        assert (read.status, read.body, read.headers["etag"]) == (200, b"here", '"1"')
        assert (asked[0].method, asked[0].path, asked[0].headers["if-none-match"]) == ("GET", "/a.ics?key=1", '"0"')
        assert asked[0].headers["host"] == address.removeprefix("http://")

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Response(401, b""), Why.LOCKED),
            (Response(403, b""), Why.LOCKED),
            (Response(404, b""), Why.GONE),
            (Response(410, b""), Why.GONE),
            (Response(500, b""), Why.ILL),
            (Response(429, b""), Why.ILL),
            (Response(206, b"half"), Why.ILL),
            (Response(200, b"\x1f\x8b\x08" + b"0" * 50, {"Content-Encoding": "gzip"}), Why.ILL),
            (Response(200, b"0" * (MOST + 1)), Why.TOO_LARGE),
            (Cut(), Why.ILL),
            (Cut(b"nonsense\r\n\r\n"), Why.ILL),
        ],
    )
    async def test_what_is_no_answer_says_why(self, answer: Answer, code: Why) -> None:
        async with serving(answer) as (address, _):
            assert await why(address) == code

    async def test_nobody_there(self) -> None:
        async with serving(Response(200, b"")) as (address, _):
            pass
        assert await why(address) == Why.UNREACHABLE

    async def test_who_never_answers_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "LONGEST", 0.2)  # the same limit, met sooner: a real socket has no clock of ours
        over = asyncio.Event()

        async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await over.wait()
            writer.close()

        server = await asyncio.start_server(hold, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        assert await why(f"http://127.0.0.1:{port}/") == Why.SLOW
        over.set()
        server.close()

    async def test_a_login_is_given_at_its_own_door_and_at_no_other(self) -> None:
        async with serving(Response(200, b"other")) as (other, there), serving(Response(302, b"", {"Location": f"{other}/moved"})) as (address, here):
            login = address.replace("http://", "http://nad%C3%A8ge:p%40ss@")
            assert (await Reach(HOME).read(login, Asked())).body == b"other"
        assert here[0].headers["authorization"] == "Basic " + base64.b64encode("nadège:p@ss".encode()).decode()
        assert "@" not in here[0].headers["host"]
        assert "authorization" not in there[0].headers


class TestRedirects:
    async def test_each_is_looked_at_anew(self) -> None:
        for location in ("https://10.0.0.1/", "http://169.254.169.254/latest", "https://[::1]/"):
            async with serving(Response(302, b"", {"Location": location})) as (address, _):
                assert await why(address, Reach(frozenset({"127.0.0.1"}))) == Why.INSIDE

    async def test_never_from_https_or_anywhere_to_what_is_not_one(self) -> None:
        async with serving(Response(302, b"", {"Location": "file:///etc/passwd"})) as (address, _):
            assert await why(address) in (Why.ODD_ADDRESS, Why.INSIDE, Why.UNKNOWN, Why.REDIRECTS)

    async def test_three_are_followed_and_no_more(self) -> None:
        hop = Response(301, b"", {"Location": "/on"})
        async with serving([hop, hop, hop, Response(200, b"here")]) as (address, asked):
            assert (await Reach(HOME).read(address, Asked())).body == b"here"
            assert [request.path for request in asked] == ["/", "/on", "/on", "/on"]
        async with serving(hop) as (address, asked):
            assert await why(address) == Why.REDIRECTS
            assert len(asked) == 4


def certificate(name: str, folder: Path) -> ssl.SSLContext:
    """A certificate of this name that signs itself: the server's context; the file that trusts it is `folder`/trust.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "trust.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


class TestCertificate:
    """The connection goes to an address, the certificate must be of the name."""

    @pytest.mark.parametrize(
        ("name", "trusted", "code"), [("calendar.lan", True, ""), ("other.lan", True, "certificate"), ("calendar.lan", False, "certificate")]
    )
    async def test_of_the_name_and_trusted(self, tmp_path: Path, name: str, trusted: bool, code: str) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=certificate(name, tmp_path))
        trust = ssl.create_default_context(cafile=str(tmp_path / "trust.pem")) if trusted else None
        reach = Reach(frozenset({"calendar.lan"}), Names([["127.0.0.1"]]), trust)
        address = f"https://calendar.lan:{server.sockets[0].getsockname()[1]}/"
        if code:
            assert await why(address, reach) == code
        else:
            assert (await reach.read(address, Asked())).body == b"here"
        server.close()
