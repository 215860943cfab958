"""What a restored copy must not do: say again, days later, what was on its way when it was made.

Nobody knows whether those messages went out after the copy, so they are `unknown`, for a caseworker to see, and turns that waited are parked.
Nor whether somebody answered since: no promise is called missed.
"""

from sqlalchemy import and_, or_, select, update

from bot.messages import Status
from storage import tables
from storage.engine import Work, statement, table

OUTBOUND, DELIVERY, MESSAGE, INBOUND, CRISIS, THREAD = (
    table(noun) for noun in (tables.Outbound, tables.Delivery, tables.Message, tables.Inbound, tables.Crisis, tables.Thread)
)
RESTORED = "restored"
_ON_ITS_WAY = or_(OUTBOUND.c.state == "due", OUTBOUND.c.state == "waiting")
_SAID = (
    select(OUTBOUND.c.id)
    .where(_ON_ITS_WAY, and_(OUTBOUND.c.conversation_id == MESSAGE.c.conversation_id, OUTBOUND.c.number == MESSAGE.c.number))
    .exists()
)
_STEPS = (
    statement(update(MESSAGE).where(_SAID).values(status=Status.UNKNOWN.value)),
    statement(update(OUTBOUND).where(_ON_ITS_WAY).values(state="unknown", failure=RESTORED)),
    statement(update(DELIVERY).where(DELIVERY.c.state == "leased").values(state="unknown", failure=RESTORED)),
    statement(update(INBOUND).where(INBOUND.c.state == "waiting").values(state="parked", failure=RESTORED)),
    statement(update(CRISIS).where(CRISIS.c.card_due_at.is_not(None)).values(card_due_at=None)),
    statement(update(THREAD).where(THREAD.c.promised_at.is_not(None)).values(promised_at=None)),
    statement(update(table(tables.Address)).where(table(tables.Address).c.sending.is_not(None)).values(sending=None)),
)


def settle(work: Work) -> None:
    """Leave nothing that would act by itself."""
    for step in _STEPS:
        work.execute(step)
