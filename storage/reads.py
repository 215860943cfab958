"""How often each page is read: by the month and the channel, without anybody. A page is what somebody needs, so nothing of it stands beside them."""

from collections import Counter
from collections.abc import Mapping

from bot.rules.keeping import Span
from storage import hours, monthly
from storage.engine import Work
from storage.monthly import Figure

KIND = "page"
LATELY = Span(3, "month")


def count(work: Work, channel: str, page: str) -> None:
    """Somebody opened this page: one more this month, and nobody."""
    monthly.add(work, Figure(_month(work), KIND, channel, page, 1))


def lately(work: Work) -> Mapping[str, int]:
    """By page, how often it was opened in the last three months and this one. To set things in order by: what is shown begins at five."""
    since = LATELY.before(work.now.astimezone(hours.zone(work))).strftime("%Y-%m")
    found: Counter[str] = Counter()
    for figure in monthly.of_kind(work, KIND, since):
        found[figure.subject] += figure.number
    return found


def _month(work: Work) -> str:
    return work.now.astimezone(hours.zone(work)).strftime("%Y-%m")
