"""`python -m bench`: runs the measures, prints the table, and, after a whole run, writes it to docs/operations/performance.md."""

import argparse
import sys
import time
from dataclasses import replace

import uvloop

from bench import report
from bench.measures import MEASURES, TENTH, WHOLE, Size, a_bench
from bench.report import Row


def main() -> int:
    """0 if every bar held."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--only", choices=MEASURES, action="append", help="this measure alone (may be given again); nothing is written")
    options.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is written")
    options.add_argument("--rounds", type=int, help="how many turns each takes")
    given = options.parse_args()
    size = TENTH if given.quick else WHOLE
    if given.rounds:
        size = replace(size, rounds=given.rounds)
    rows = uvloop.run(_run(given.only or list(MEASURES), size))
    print(f"\n{report.machine()}\n\n{report.table(rows)}")
    if not (given.only or given.quick):
        report.write("bench", f"{report.machine()}.\n\n{report.table(rows)}")
        print(f"\nwritten to {report.PAGE.name}")
    return int(any(row.held is False for row in rows))


async def _run(names: list[str], size: Size) -> list[Row]:
    started = time.perf_counter()

    def tell(what: str) -> None:
        line = f"{time.perf_counter() - started:6.1f} s  {what}"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    rows: list[Row] = []
    async with a_bench(size, tell) as bench:
        for name in names:
            rows += await MEASURES[name](bench)
    tell("done")
    return rows


if __name__ == "__main__":
    sys.exit(main())
