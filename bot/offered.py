"""What was offered last, kept with a conversation: what « 2 » names, and what words right after it may be the answer of."""

from collections.abc import Mapping, MutableMapping, Sequence

from bot.messages import Choice, Json, Outbound

OFFERED = "offered"
"""The (id, label) of the choices shown last."""
ALL_OFFERED = "all_offered"
"""The number of the last thing said in a turn whose choices are all among these."""


def keep(state: MutableMapping[str, Json], named: Sequence[Choice], said: Sequence[Outbound], last: int) -> None:
    """`named`: the choices that can be named from now on; `said`: all that the turn said, `last` its last number."""
    state[OFFERED] = [[choice.id, choice.label] for choice in named]
    state.pop(ALL_OFFERED, None)
    if all(choice in named for each in said for choice in each.choices):
        state[ALL_OFFERED] = last


def just_before(state: Mapping[str, Json], number: int) -> tuple[str, ...] | None:
    """The ids of what the robot offered right before message `number`; None where something else may have spoken since, as a reminder does."""
    kept = state.get(OFFERED)
    if not isinstance(kept, list) or state.get(ALL_OFFERED) != number - 1:
        return None
    return tuple(str(each[0]) for each in kept if isinstance(each, list))
