"""One function per rule: it reads a Source and yields (line, what to do instead). Good and bad lines of each are in test_rules.py."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from typing_extensions import override

from tests.house.source import Source, called, dotted, is_text, keyword

Hit = tuple[int, str]
Rule = Callable[[Source], Iterator[Hit]]

ENGINE = {"storage/engine.py", "storage/connections.py", "storage/sqlite.py", "storage/postgres.py"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
CLOCKS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "localtime", "gmtime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "loop": {"time"},
}
STOPWATCH = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"}
SPEAKERS = {"reply": (0, "text"), "reply_content": (0, "body"), "ask": (1, "text"), "Text": (0, "msgid"), "Choice": (1, "label")}
WORDS = re.compile(r"\w+[,;:’']?[ \u00a0\u202f]+\w+")
ADDRESSED = re.compile(r"\W*[A-ZÀÂÇÉÈÊËÎÏÔÙÛÜŒ]|.*[.!?…:]\W*$", re.DOTALL)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
REGISTRY = re.compile(
    r"index[-_]url\s*[=:]|--(extra-)?index[-_]url\b|registry\s*[=:]\s*\S?https?:"
    r"|https?://[^\s\"'<>]*/(simple|packages)([/\s\"'>]|$)|py" + r"pi\.org|python" + r"hosted\.org",
    re.IGNORECASE,
)


def one_edge_commits(source: Source) -> Iterator[Hit]:
    """Only storage's engine ends a transaction, so that a turn is one commit."""
    if not source.is_product or source.path in ENGINE or source.is_migration:
        return
    for call in source.calls:
        words = {node.value.strip().rstrip(";").upper() for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        spoken_in_sql = "COMMIT" in words and called(call) in {"execute", "exec_driver_sql", "executescript", "text"}
        if spoken_in_sql or (isinstance(call.func, ast.Attribute) and called(call) == "commit"):
            yield call.lineno, "return from the unit of work: storage.run commits"


def times_are_aware(source: Source) -> Iterator[Hit]:
    """No naive datetime: a time without its zone is wrong twice a year."""
    for call in source.calls:
        name, positions = called(call), len(call.args)
        zone = keyword(call, "tzinfo")
        stripped = isinstance(zone, ast.Constant) and zone.value is None
        if stripped and name in {"replace", "combine", "datetime", "astimezone"}:
            yield call.lineno, "keep the zone"
        elif name == "datetime" and zone is None and 3 <= positions < 8:
            yield call.lineno, "give tzinfo"
        elif dotted(call.func).endswith("datetime.combine") and zone is None and positions < 3:
            yield call.lineno, "give tzinfo"
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in {"datetime.min", "datetime.max", "datetime.datetime.min", "datetime.datetime.max"}:
            yield node.lineno, "datetime.min and datetime.max have no zone"


def one_door_to_time(source: Source) -> Iterator[Hit]:
    """Time comes from bot/clock.py, which the demo and the tests turn. Benchmarks and tests may hold a stopwatch."""
    if source.path == "bot/clock.py" or not source.is_python or source.path.startswith("bench/"):
        return
    for call in source.calls:
        *before, name = dotted(call.func).split(".")
        owner = before[-1] if before else ""
        if name in CLOCKS.get(owner, set()) and not (source.is_test and name in STOPWATCH):
            yield call.lineno, "ask the clock: now() or elapsed()"
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            taken = {alias.name for alias in node.names} & CLOCKS["time"]
            if taken - (STOPWATCH if source.is_test else set()):
                yield node.lineno, "ask the clock: now() or elapsed()"


def tests_do_not_sleep(source: Source) -> Iterator[Hit]:
    """A test that sleeps is slow or flaky. `asyncio.sleep(0)` gives way; a wait on a real process says why at the end of its line."""
    if not source.is_test:
        return
    for call in source.calls:
        if dotted(call.func) not in {"time.sleep", "asyncio.sleep"}:
            continue
        gives_way = len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
        if not gives_way and "  # " not in source.lines[call.lineno - 1]:
            yield call.lineno, "turn the clock or wait for the event; where a real process is waited for, say why at the end of the line"


def spoken(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that a person will read."""
    position, name = SPEAKERS.get(called(call), (None, ""))
    if position is None:
        return
    if len(call.args) > position:
        yield call.args[position]
    if (named := keyword(call, name)) is not None:
        yield named


def written(node: ast.expr) -> Iterator[ast.expr]:
    """The strings of an expression that are written there: sums, formats and alternatives are looked into, calls are not."""
    if is_text(node):
        yield node
    elif isinstance(node, ast.BinOp):
        yield from written(node.left)
        yield from written(node.right)
    elif isinstance(node, ast.IfExp):
        yield from written(node.body)
        yield from written(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from written(value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join", "strip", "replace"}:
        yield from written(node.func.value)


def readable(node: ast.expr) -> bool:
    """True when the string holds a letter: separators and pictograms need no translation."""
    return any(isinstance(part, ast.Constant) and any(map(str.isalpha, str(part.value))) for part in ast.walk(node))


def handlers_speak_through_catalogues(source: Source) -> Iterator[Hit]:
    """In handlers/, what is said comes from _() or from content.

    Two halves: no letter written straight into what turn.reply, reply_content or ask says, into a Text or a Choice's label; and nowhere a sentence
    (two words or more that begin with a capital or end with a stop: what people may write, all in small letters, is not one), but in _(), a
    docstring, an exception or a log line.
    """
    if not source.path.startswith("handlers/"):
        return
    for call in source.calls:
        for argument in spoken(call):
            for text in written(argument):
                if readable(text):
                    yield text.lineno, "say it through _() or content/"
    for node in source.nodes:
        if isinstance(node, ast.Constant) and is_sentence(node.value) and not excused(source, node):
            yield node.lineno, "a sentence here is not translated: say it through _() or content/"


def is_sentence(value: object) -> bool:
    """True for two words or more that begin with a capital or end with a stop."""
    return isinstance(value, str) and bool(WORDS.search(value) and ADDRESSED.match(value))


def excused(source: Source, node: ast.Constant) -> bool:
    """True where a sentence is not said to a person, or is translated."""
    for parent in source.above(node):
        if isinstance(parent, ast.Raise | ast.Assert):
            return True
        if isinstance(parent, ast.Expr) and parent.value is node:
            return True  # a docstring
        if isinstance(parent, ast.Call):
            name = dotted(parent.func)
            if name.rpartition(".")[2] in TRANSLATORS or name.startswith(("log.", "logger.", "re.")):
                return True
    return False


def catalogues_can_read(source: Source) -> Iterator[Hit]:
    """_() is given a plain string: anything else never reaches the catalogues."""
    if not source.is_product:
        return
    for call in source.calls:
        name = called(call)
        if name not in TRANSLATORS:
            continue
        texts = call.args[: {"ngettext": 2, "pgettext": 2, "npgettext": 3}.get(name, 1)]
        if any(isinstance(text, ast.JoinedStr | ast.BinOp) or (isinstance(text, ast.Call) and called(text) == "format") for text in texts):
            yield call.lineno, "give _() a plain string with {names}, and format what it returns"


def functions_fit_a_screen(source: Source) -> Iterator[Hit]:
    """No function over 60 lines (aim: nine in ten under 20)."""
    if source.is_migration:
        return
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno
            if size > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {size} lines, {LONGEST_FUNCTION} at most: name its parts"


def files_stay_small(source: Source) -> Iterator[Hit]:
    """No module over 400 lines, no more those of the tests and of the benches; migrations may."""
    size = len(source.lines)
    if source.is_python and not source.is_migration and size > LONGEST_FILE:
        yield size, f"{size} lines, {LONGEST_FILE} at most: split it by noun"


def nothing_is_left_for_later(source: Source) -> Iterator[Hit]:
    """No note of unfinished work: do it, or open an issue."""
    yield from matching(source, UNFINISHED, "do it, or open an issue")


def no_registry_address(source: Source) -> Iterator[Hit]:
    """Where packages come from is each machine's business."""
    yield from matching(source, REGISTRY, "no registry address in the tree")


def matching(source: Source, pattern: re.Pattern[str], advice: str) -> Iterator[Hit]:
    for number, line in enumerate(source.lines, 1):
        if pattern.search(line):
            yield number, advice


def skips_have_reasons(source: Source) -> Iterator[Hit]:
    """A test that does not run, or is let fail, says why."""
    if not source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in {"pytest.mark.skip", "pytest.mark.xfail"}:
            parent = source.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.func is node):
                yield node.lineno, "give a reason"
    for call in source.calls:
        name = dotted(call.func)
        reason = keyword(call, "reason")
        if name in {"pytest.skip", "pytest.xfail", "pytest.mark.skip"}:
            reason = reason or (call.args[0] if call.args else None)
        elif name not in {"pytest.mark.skipif", "pytest.mark.xfail"}:
            continue
        if reason is None or (isinstance(reason, ast.Constant) and not reason.value):
            yield call.lineno, "give a reason"


RULES: tuple[Rule, ...] = (
    one_edge_commits,
    times_are_aware,
    one_door_to_time,
    tests_do_not_sleep,
    handlers_speak_through_catalogues,
    catalogues_can_read,
    functions_fit_a_screen,
    files_stay_small,
    nothing_is_left_for_later,
    no_registry_address,
    skips_have_reasons,
)


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken."""

    path: str
    line: int
    rule: str
    advice: str

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.advice} ({self.rule})"


def findings(sources: Iterable[Source]) -> list[Finding]:
    """Everything the rules find in these sources, in reading order."""
    return sorted({Finding(source.path, line, rule.__name__, advice) for source in sources for rule in RULES for line, advice in rule(source)})
