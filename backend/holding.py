"""What an act on a thread holds while it speaks: every lane of its person, so that what another process did meanwhile is seen."""

from storage import answering, lanes, threads
from storage.engine import Work
from storage.lanes import Lane
from storage.threads import Held


def answered(work: Work, token: str) -> tuple[Held, Lane] | None:
    """A thread as it is once every lane of its person is locked, with the one an answer goes to: what another process did meanwhile is seen."""
    person = threads.person_of(work, token)
    held = [] if person is None else lanes.lanes_of_person(work, person)
    thread = threads.find(work, token)
    lane = next((lane for lane in held if thread is not None and lane.conversation_id == thread.conversation_id), None)
    return None if lane is None or thread is None else (thread, lane)


def by(work: Work, thread: Held, way: str) -> Lane | None:
    """The lane of the app chosen, which the thread runs through from now on; None where it is the person's no more. Their lanes are locked."""
    road = answering.find(work, thread.person_id, way)
    lane = None if road is None else lanes.lane(work, road.address_id)
    if lane is not None and lane.conversation_id not in threads.conversations(work, thread.id):
        threads.extend(work, thread.id, lane)
    return lane


def all_of(work: Work, token: str) -> tuple[Held, list[Lane]] | None:
    """A thread once every lane of its person is locked, and those lanes that it runs through."""
    person = threads.person_of(work, token)
    if person is None:
        return None
    held = lanes.lanes_of_person(work, person)
    thread = threads.find(work, token)
    if thread is None:
        return None
    ours = threads.conversations(work, thread.id)
    return thread, [lane for lane in held if lane.conversation_id in ours]
