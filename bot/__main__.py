"""The `palier` command. Each verb says what it did in one line, and what to do when it could not."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import logs
from bot.clock import MachineClock
from bot.collecting import seldom
from bot.errors import PalierError, StorageError
from bot.messages import Standing
from bot.settings import Settings, load_settings

BY_ID = ("export-person", "erase-person")
BY_ID_OPTIONS = ("-h", "--help", "--to", "--team", "--yes", "--")
Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Faults an operator can mend are said in a line, without a trace."""
    options = _parser().parse_args(_apart(sys.argv[1:] if arguments is None else arguments))
    logs.set_up()
    command: Command = options.command
    try:
        with seldom():
            return _loop_runner()(command(options))
    except PalierError as fault:
        print(f"palier: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _apart(arguments: Sequence[str]) -> Sequence[str]:
    """The ID of a person may begin with a dash, and is no option for all that."""
    if not arguments or arguments[0] not in BY_ID:
        return arguments
    odd = [given for given in arguments[1:] if given.startswith("-") and given.partition("=")[0] not in BY_ID_OPTIONS]
    return [*(given for given in arguments if given not in (*odd, "--")), "--", *odd] if odd else arguments


def _loop_runner() -> Callable[[Coroutine[Any, Any, int]], int]:
    if sys.platform == "win32":
        return asyncio.run
    import uvloop

    return uvloop.run


def say(*lines: str) -> None:
    """Speak to the operator."""
    for line in lines:
        print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="palier", description="The messaging assistant of a CLLAJ.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, summary in (
        ("run", _run, "web and worker in one process"),
        ("web", _web, "webhooks, chat and backend (PostgreSQL, any number)"),
        ("worker", _worker, "turns, sends and jobs (PostgreSQL, any number)"),
        ("migrate", _migrate, "bring the database to the newest schema"),
        ("doctor", _doctor, "check settings, keys, database, content and channels"),
        ("check-content", _check_content, "check every page, fact, translation and link"),
        ("rotate-keys", _rotate_keys, "new data key; re-encrypts everything kept"),
    ):
        verbs.add_parser(name, help=summary, description=summary).set_defaults(command=command)
    _add_demo_and_talk(verbs)
    _add_understand(verbs)
    _add_caseworker(verbs)
    _add_jobs(verbs)
    _add_backup(verbs)
    _add_rights(verbs)
    _add_whatsapp(verbs)
    return parser


def _add_demo_and_talk(verbs: Any) -> None:
    demo = verbs.add_parser("demo", help="the whole product with a fictional service")
    demo.add_argument("--fresh", action="store_true", help="forget the former demo and start anew")
    demo.set_defaults(command=_demo)
    talk = verbs.add_parser("talk", help="a conversation in the terminal, through the real road")
    talk.add_argument("--lang", default="fr", help="the language spoken (fr)")
    talk.set_defaults(command=_talk)


def _add_understand(verbs: Any) -> None:
    understand = verbs.add_parser("understand", help='what the robot makes of messages: {"id", "text"} a line in, JSON a line out')
    understand.add_argument("--explain", action="store_true", help="say why as well")
    understand.set_defaults(command=_understand)


def _add_caseworker(verbs: Any) -> None:
    caseworker = verbs.add_parser("caseworker", help="people of the team").add_subparsers(required=True, metavar="add")
    add = caseworker.add_parser("add", help="print a one-time invitation link")
    add.add_argument("email")
    add.add_argument("--role", choices=("caseworker", "head", "admin"), default="caseworker")
    add.set_defaults(command=_add_member)


def _add_jobs(verbs: Any) -> None:
    jobs = verbs.add_parser("jobs", help="the scheduled jobs").add_subparsers(required=True, metavar="list|run")
    jobs.add_parser("list", help="their last and next occurrence").set_defaults(command=_list_jobs)
    run = jobs.add_parser("run", help="run one occurrence now")
    run.add_argument("name")
    run.add_argument("--at", type=datetime.fromisoformat, default=None, metavar="ISO", help="its planned time (now)")
    run.set_defaults(command=_run_job)


def _add_backup(verbs: Any) -> None:
    for name, command, summary in (("backup", _backup, "a consistent copy while running"), ("restore", _restore, "put a copy back")):
        verb = verbs.add_parser(name, help=summary)
        verb.add_argument("file", type=Path)
        verb.set_defaults(command=command)
        if name == "restore":
            verb.add_argument("--replace", action="store_true", help="put it over a database that holds something")


def _add_rights(verbs: Any) -> None:
    clean = verbs.add_parser("retention", help="remove what is over, as every night")
    clean.add_argument("--dry-run", action="store_true", help="only say what would go")
    clean.set_defaults(command=_retention)
    export = verbs.add_parser("export-person", help="everything kept of one person, as a zip")
    export.add_argument("id", help="the address of a demande's page in the backend, or its last part")
    export.add_argument("--to", type=Path, default=None, metavar="FILE", help="where (mes-donnees-ID.zip here)")
    export.add_argument("--team", action="store_true", help="with what colleagues wrote among themselves: for the head of service")
    export.set_defaults(command=_export_person)
    erase = verbs.add_parser("erase-person", help="erase one person for good")
    erase.add_argument("id", help="the address of a demande's page in the backend, or its last part")
    erase.add_argument("--yes", action="store_true", help="without asking back")
    erase.set_defaults(command=_erase_person)


def _add_whatsapp(verbs: Any) -> None:
    whatsapp = verbs.add_parser("whatsapp", help="what is agreed with WhatsApp").add_subparsers(required=True, metavar="templates")
    templates = whatsapp.add_parser("templates", help="the message templates").add_subparsers(required=True, metavar="push|status")
    for act, summary in (("push", "submit those that Meta has not, or has otherwise"), ("status", "where each stands at Meta")):
        templates.add_parser(act, help=summary).set_defaults(command=_templates, act=act)


async def _run(options: argparse.Namespace) -> int:
    from bot.app import Role, serve

    return await serve(load_settings(), MachineClock(), Role.RUN)


async def _web(options: argparse.Namespace) -> int:
    from bot.app import Role, serve

    return await serve(load_settings(), MachineClock(), Role.WEB)


async def _worker(options: argparse.Namespace) -> int:
    from bot.app import Role, serve

    return await serve(load_settings(), MachineClock(), Role.WORKER)


async def _demo(options: argparse.Namespace) -> int:
    from bot.demo import demo

    return await demo(fresh=options.fresh, say=say)


async def _talk(options: argparse.Namespace) -> int:
    from bot.talk import talk

    return await talk(options.lang, say)


async def _understand(options: argparse.Namespace) -> int:
    from bot.understanding import understand

    for line in understand(sys.stdin, explain=options.explain):
        say(line)
    return 0


async def _migrate(options: argparse.Namespace) -> int:
    from storage.engine import migrate

    revision = await migrate(load_settings())
    say(f"the database is at {revision}, the newest schema of this release")
    return 0


async def _doctor(options: argparse.Namespace) -> int:
    from bot.doctor import examine

    findings = await examine()
    say(*(str(finding) for finding in findings))
    return int(any(finding.wrong for finding in findings))


async def _check_content(options: argparse.Namespace) -> int:
    from content.checking import check
    from content.library import ROOT

    found = check(ROOT, MachineClock().now().date())
    say(*found.problems, f"{found.looked_at}: {len(found.problems) or 'nothing'} to mend")
    return int(bool(found.problems))


async def _rotate_keys(options: argparse.Namespace) -> int:
    from storage.rotation import rotate

    settings = load_settings()
    await rotate(settings, MachineClock(), say)
    return 0


async def _add_member(options: argparse.Namespace) -> int:
    from bot.team import invite

    settings = load_settings()
    say(await invite(settings, options.email, options.role))
    return 0


async def _list_jobs(options: argparse.Namespace) -> int:
    from bot.app import list_jobs

    say(*await list_jobs(_with_key(load_settings())))
    return 0


async def _run_job(options: argparse.Namespace) -> int:
    from bot.app import run_job

    say(*await run_job(_with_key(load_settings()), options.name, options.at))
    return 0


async def _backup(options: argparse.Namespace) -> int:
    from storage.backup import backup

    await backup(load_settings(), options.file)
    say(f"copied to {options.file}")
    return 0


async def _restore(options: argparse.Namespace) -> int:
    from storage.backup import restore

    erased = await restore(load_settings(), options.file, replace=options.replace)
    say(f"restored from {options.file}; later erasures were applied again ({erased})")
    return 0


async def _retention(options: argparse.Namespace) -> int:
    from bot import by_hand

    await by_hand.clean(load_settings(), say, _aside, dry_run=options.dry_run)
    return 0


async def _export_person(options: argparse.Namespace) -> int:
    from bot import by_hand

    await by_hand.export_person(load_settings(), options.id, options.to, say, team=options.team)
    return 0


async def _erase_person(options: argparse.Namespace) -> int:
    from bot import by_hand

    await by_hand.erase_person(load_settings(), options.id, say, None if options.yes else by_hand.asked)
    return 0


async def _templates(options: argparse.Namespace) -> int:
    from bot.channels.whatsapp import agreeing
    from bot.channels.whatsapp.settings import load_whatsapp_settings

    whatsapp = load_whatsapp_settings()
    if options.act == "push":
        said, whole = await agreeing.push(whatsapp)
    else:
        told = await agreeing.status(whatsapp, MachineClock().now())
        said, whole = told.lines, told.whole
        await _keep(told.standing)
    say(*said)
    return int(not whole)


async def _keep(standing: Standing | None) -> None:
    """Where there is a database to keep it in: whoever runs beside then knows at once."""
    from bot.standing import keep

    if standing is not None and (settings := load_settings()).secret_key:
        with suppress(StorageError):
            await keep(settings, standing)


def _aside(line: str) -> None:
    """Say how far one is, beside what is printed."""
    print(line, file=sys.stderr, flush=True)


def _with_key(settings: Settings) -> Settings:
    from bot.errors import SettingsError

    if not settings.secret_key:
        raise SettingsError("PALIER_SECRET_KEY is missing; make one with: openssl rand -base64 32, and keep it apart from the backups")
    return settings


if __name__ == "__main__":
    sys.exit(main())
