"""Coming in: invitation, login, logout, and what a stranger is told."""

import logging

import pytest

from backend.auth import DECOY, Passwords
from bot.errors import SettingsError
from bot.settings import Settings
from storage import caseworkers
from storage.caseworkers import Role
from storage.engine import Storage
from tests.backend.desk import PASSWORD, House, build
from tests.clock import TestClock


def form_of(**fields: str) -> dict[str, str]:
    return {"name": "Nadège", "password": PASSWORD, "again": PASSWORD} | fields


class TestInvitation:
    async def test_opens_an_account_and_a_session(self, house: House) -> None:
        path = f"/backend/invitation/{await house.invite()}"
        async with house.browser() as browser:
            assert "nadege@example.org" in (await browser.get(path)).text
            answer = await browser.send(path, **form_of())
            assert answer.status_code == 303
            assert "Nadège" in browser.page.text

    async def test_serves_once(self, house: House) -> None:
        path = f"/backend/invitation/{await house.invite()}"
        async with house.browser() as first, house.browser() as second:
            await first.get(path)
            await second.get(path)
            await first.send(path, **form_of())
            assert (await second.send(path, **form_of(name="Autre"))).status_code == 410
            assert (await second.get(path)).status_code == 410

    async def test_lasts_seven_days(self, house: House, clock: TestClock) -> None:
        path = f"/backend/invitation/{await house.invite()}"
        async with house.browser() as browser:
            clock.turn(days=6, hours=23)
            assert (await browser.get(path)).status_code == 200
            clock.turn(hours=1)
            assert (await browser.send(path, **form_of())).status_code == 410

    @pytest.mark.parametrize(
        "fields",
        [
            pytest.param({"password": "onze lettre", "again": "onze lettre"}, id="too short"),
            pytest.param({"password": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}, id="one letter"),
            pytest.param({"password": "Nadege@example.org", "again": "Nadege@example.org"}, id="the e-mail"),
            pytest.param({"again": "autre chose encore"}, id="different"),
            pytest.param({"name": "  "}, id="no name"),
            pytest.param({"name": "x" * 41}, id="a long name"),
            pytest.param({"name": "12"}, id="a name without letters"),
        ],
    )
    async def test_refuses_and_stays_good(self, house: House, fields: dict[str, str]) -> None:
        path = f"/backend/invitation/{await house.invite()}"
        async with house.browser() as browser:
            await browser.get(path)
            assert (await browser.send(path, **form_of(**fields))).status_code == 422
            assert fields.get("password", "no such text") not in browser.page.text
            assert (await browser.send(path, **form_of())).status_code == 303

    async def test_a_newer_one_replaces_the_older(self, house: House) -> None:
        older = await house.invite()
        newer = await house.invite()
        async with house.browser() as browser:
            assert (await browser.get(f"/backend/invitation/{older}")).status_code == 410
            assert (await browser.get(f"/backend/invitation/{newer}")).status_code == 200

    async def test_renewing_a_password_ends_the_sessions_opened_with_the_older(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as old, house.browser() as new:
            await old.log_in()
            path = f"/backend/invitation/{await house.invite()}"
            await new.get(path)
            await new.send(path, **form_of(password="un tout autre mot", again="un tout autre mot"))
            assert (await old.get("/backend")).status_code == 303
            assert (await old.log_in()).status_code == 401

    async def test_a_forged_token_is_told_what_an_old_one_is(self, house: House) -> None:
        async with house.browser() as browser:
            assert (await browser.get("/backend/invitation/not-one-of-ours")).status_code == 410


class TestLogin:
    async def test_leads_where_one_was_going(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            sent = await browser.get(f"/backend/threads/{token}")
            assert sent.headers["location"] == f"/backend/login?next=/backend/threads/{token}"
            await browser.get(sent.headers["location"])
            answer = await browser.send("/backend/login", email="Nadege@Example.org ", password=PASSWORD)
            assert answer.headers["location"] == f"/backend/threads/{token}"

    @pytest.mark.parametrize("page", ["https://example.com/", "//example.com", "/backend/../chat", "/backend/logout", "javascript:alert(1)"])
    async def test_never_leads_elsewhere(self, house: House, page: str) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.get("/backend/login")
            answer = await browser.send("/backend/login", email="nadege@example.org", password=PASSWORD, next=page)
            assert answer.headers["location"] == "/backend"

    async def test_says_the_same_of_a_wrong_password_and_of_a_stranger(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            wrong = await browser.log_in(password="pas le bon du tout")
            unknown = await browser.log_in(email="nadege@example.com", password="pas le bon du tout")
            assert wrong.status_code == unknown.status_code == 401
            assert wrong.text.replace("example.org", "example.com") == unknown.text

    def test_a_stranger_costs_what_a_colleague_costs(self) -> None:
        assert not Passwords().outdated(DECOY)

    async def test_five_failures_close_the_door_for_a_quarter_of_an_hour(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        async with house.browser() as browser:
            for _ in range(5):
                assert (await browser.log_in(password="pas le bon du tout")).status_code == 401
            assert (await browser.log_in()).status_code == 429
            clock.turn(minutes=15)
            assert (await browser.log_in()).status_code == 303

    async def test_an_unknown_address_is_counted_alike(self, house: House) -> None:
        async with house.browser() as browser:
            answers = [(await browser.log_in(email="personne@example.org")).status_code for _ in range(6)]
            assert answers == [401] * 5 + [429]

    async def test_a_stranger_elsewhere_does_not_lock_a_colleague_out(self, house: House) -> None:
        await house.colleague()
        async with house.browser("203.0.113.9") as stranger, house.browser("192.0.2.1") as nadege:
            for _ in range(6):
                await stranger.log_in(password="pas le bon du tout")
            assert (await nadege.log_in()).status_code == 303

    async def test_one_place_cannot_try_everybody(self, house: House) -> None:
        await house.colleague()
        async with house.browser("203.0.113.9") as stranger:
            for number in range(20):
                await stranger.log_in(email=f"{number}@example.org")
            assert (await stranger.log_in()).status_code == 429

    async def test_a_success_is_not_counted(self, house: House) -> None:
        await house.colleague()
        for _ in range(7):
            async with house.browser() as browser:
                assert (await browser.log_in()).status_code == 303

    async def test_an_address_is_believed_from_our_proxies_only(self, storage: Storage, settings: Settings) -> None:
        house = build(storage, settings.model_copy(update={"trusted_proxies": ("127.0.0.0/8",)}))
        async with house.browser("203.0.113.9") as liar, house.browser("127.0.0.1") as proxy:
            await liar.get("/backend/login")
            await proxy.get("/backend/login")
            fields = {"email": "personne@example.org", "password": "x"}
            for number in range(6):
                lied = await liar.post("/backend/login", {**liar.form("/backend/login"), **fields}, **{"x-forwarded-for": f"198.51.100.{number}"})
                told = await proxy.post("/backend/login", {**proxy.form("/backend/login"), **fields}, **{"x-forwarded-for": f"198.51.100.{number}"})
            assert (lied.status_code, told.status_code) == (429, 401)


class TestSession:
    async def test_lasts_twelve_hours_of_the_machine(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            clock.turn_machine(12 * 3600 - 1)
            assert (await browser.get("/backend")).status_code == 200
            clock.turn_machine(1)
            assert (await browser.get("/backend")).status_code == 303

    async def test_ends_with_logout(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            kept = dict(browser.client.cookies)
            await browser.get("/backend")
            await browser.send("/backend/logout")
            browser.client.cookies.update(kept)
            assert (await browser.get("/backend")).status_code == 303

    async def test_ends_when_somebody_leaves_the_team(self, house: House) -> None:
        member = await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await house.storage.run(caseworkers.disable, member.id)
            assert (await browser.get("/backend")).status_code == 303
            assert (await browser.log_in()).status_code == 401

    async def test_is_kept_only_as_a_keyed_hash(self, house: House) -> None:
        member = await house.colleague()
        cookie = await house.storage.run(caseworkers.log_in, member.id)
        assert await house.storage.read(caseworkers.who, cookie) == member
        assert await house.storage.read(caseworkers.who, cookie[:-1]) is None

    async def test_cookies_without_https(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            cookie = (await browser.log_in()).headers.get_list("set-cookie")[0]
            assert cookie.startswith("palier-desk=")
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie

    async def test_cookies_with_https(self, storage: Storage, settings: Settings) -> None:
        house = build(storage, settings.model_copy(update={"base_url": "https://desk.example.org"}))
        await house.colleague()
        async with house.browser() as browser:
            answer = await browser.log_in()
            cookie = answer.headers.get_list("set-cookie")[0]
            assert cookie.startswith("__Host-palier-desk=")
            assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
            assert "Domain" not in cookie
            assert "strict-transport-security" in answer.headers

    async def test_a_link_from_elsewhere_asks_for_one_more_click(self, house: House) -> None:
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            page = await browser.get(f"/backend/threads/{token}", **{"sec-fetch-site": "cross-site"})
            assert page.status_code == 200
            assert "Continuer" in page.text


class TestForms:
    async def test_a_form_of_somebody_else_is_refused(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as nadege, house.browser() as theo:
            await nadege.log_in()
            await theo.log_in("theo@example.org")
            await nadege.get(path)
            stolen = nadege.form(f"{path}/reply")
            assert (await theo.post(f"{path}/reply", {**stolen, "text": "coucou"})).status_code == 403
        assert ("caseworker", "coucou") not in await house.said()

    @pytest.mark.parametrize("token", ["", "0" * 64, "é"])
    async def test_a_form_without_our_token_is_refused(self, house: House, token: str) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}/take"
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.post(path, {"token": token})).status_code == 403

    async def test_another_site_is_refused_whatever_it_knows(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            assert (await browser.post(f"{path}/take", browser.form(f"{path}/take"), **{"sec-fetch-site": "cross-site"})).status_code == 403

    async def test_a_login_of_another_browser_is_refused(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as attacker, house.browser() as victim:
            await attacker.get("/backend/login")
            await victim.get("/backend/login")
            forged = {**attacker.form("/backend/login"), "email": "nadege@example.org", "password": PASSWORD}
            assert (await victim.post("/backend/login", forged)).status_code == 403

    async def test_what_no_form_of_ours_sends(self, house: House) -> None:
        async with house.browser() as browser:
            await browser.get("/backend/login")
            path = "/backend/login"
            assert (await browser.client.post(path, json={"email": "x"})).status_code == 415
            assert (await browser.post(path, {"email": "x" * 70_000})).status_code == 413
            form = {"content-type": "application/x-www-form-urlencoded"}
            assert (await browser.client.post(path, content=b"email=%ff%fe", headers=form)).status_code == 400
            assert (await browser.client.post(path, content=b"a=1&" * 100, headers=form)).status_code == 400
            assert (await browser.client.post(path, content=b"\xff\xfe", headers=form)).status_code == 400

    async def test_a_reply_sent_too_late_is_given_back(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/reply")
            clock.turn_machine(13 * 3600)
            answer = await browser.post(f"{path}/reply", {**form, "text": "une longue réponse <b>"})
            assert answer.status_code == 401
            assert "une longue réponse &lt;b&gt;" in answer.text


class TestStrangers:
    @pytest.mark.parametrize("path", ["/backend", "/backend/threads/{token}", "/backend/events", "/backend/threads/{token}/events"])
    async def test_are_sent_to_the_login(self, house: House, path: str) -> None:
        path = path.format(token=await house.asks_for_somebody())
        async with house.browser() as browser:
            answer = await browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/backend/login")

    async def test_every_answer_is_shut_tight(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            for path in ("/backend", f"/backend/threads/{token}", "/backend/threads/none", "/backend/invitation/none"):
                headers = (await browser.get(path)).headers
                assert headers["cache-control"] == "no-store"
                assert "unsafe" not in headers["content-security-policy"]
                assert headers["content-security-policy"].startswith("default-src 'none'")
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["referrer-policy"] == "same-origin"

    async def test_an_administrator_reads_nothing(self, house: House) -> None:
        await house.colleague("Ada", "ada@example.org", Role.ADMIN)
        token = await house.asks_for_somebody(text="un secret de Yanis")
        async with house.browser() as browser:
            await browser.log_in("ada@example.org")
            assert "administration" in browser.page.text
            assert token not in browser.page.text
            for path in (f"/backend/threads/{token}", "/backend/threads/none", f"/backend/threads/{token}/events", "/backend/events"):
                assert (await browser.get(path)).status_code == 403
                assert "secret" not in browser.page.text
            await browser.get("/backend")
            csrf = browser.form("/backend/logout")
            for act in ("reply", "take", "give-back", "close", "read", "resend"):
                assert (await browser.post(f"/backend/threads/{token}/{act}", {**csrf, "text": "coucou"})).status_code == 403
        assert len(await house.said()) == 1


async def test_nothing_personal_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await house.colleague()
    invitation = await house.invite("theo@example.org")
    thread = await house.asks_for_somebody(text="un secret de Yanis")
    async with house.browser("203.0.113.9") as browser:
        await browser.get(f"/backend/invitation/{invitation}")
        await browser.send(f"/backend/invitation/{invitation}", **form_of(name="Théo"))
        browser.client.cookies.clear()
        for _ in range(6):
            await browser.log_in(password="pas le bon du tout")
        await browser.post("/backend/login", {"token": "forged", "email": "nadege@example.org", "password": PASSWORD})
        await browser.post(f"/backend/threads/{thread}/reply", {"token": "forged", "text": "une réponse"})
    ours = [record for record in caplog.records if record.name.startswith(("backend", "storage", "bot"))]
    assert {"login_failed", "login_limited", "invitation_used", "form_refused"} <= {getattr(record, "action", "") for record in ours}
    for record in ours:
        said = f"{record.getMessage()} {record.__dict__}"
        for personal in ("nadege", "theo", "Théo", "203.0.113", "secret", "réponse", PASSWORD, invitation, thread):
            assert personal not in said


async def test_a_wrong_proxy_is_told_to_the_operator(storage: Storage, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="PALIER_TRUSTED_PROXIES"):
        build(storage, settings.model_copy(update={"trusted_proxies": ("the front door",)}))
