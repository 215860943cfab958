"""The nouns. No table class leaves `storage`: verbs return frozen values.

Times of the service are `Moment`; machine times (leases, retries) are floats, seconds since 1970. A column that is neither `sealed` nor
`lookup` is in clear, and storage/clear.py gives the reason.
"""

from storage.tables.calendar import (
    Appointment,
    AppointmentCell,
    Busy,
    BusySource,
    Feed,
    Mark,
    Motive,
    Opening,
    Reminder,
    Seat,
    SeatWaiting,
    Session,
    Waiting,
    Workshop,
)
from storage.tables.following import Alert, Crisis, Media, MediaChunk, Note, Task, Thread, ThreadRange
from storage.tables.hours import Absence, Closure, Place
from storage.tables.house import Action, Confidential, JobRun, Lease, Poster, Secret, Setting
from storage.tables.keeping import Audit, Download, Erasing, Gap, Hold, Letterbox, MonthlyCount, PrivateLink
from storage.tables.people import Address, Consent, Conversation, Event, Joined, Joining, Link, LinkCode, Message, Person
from storage.tables.team import Attempt, Caseworker, Login
from storage.tables.transport import AnswerLink, Bucket, Delivery, Inbound, Outbound, Receipt

__all__ = [
    "Absence",
    "Action",
    "Address",
    "Alert",
    "AnswerLink",
    "Appointment",
    "AppointmentCell",
    "Attempt",
    "Audit",
    "Bucket",
    "Busy",
    "BusySource",
    "Caseworker",
    "Closure",
    "Confidential",
    "Consent",
    "Conversation",
    "Crisis",
    "Delivery",
    "Download",
    "Erasing",
    "Event",
    "Feed",
    "Gap",
    "Hold",
    "Inbound",
    "JobRun",
    "Joined",
    "Joining",
    "Lease",
    "Letterbox",
    "Link",
    "LinkCode",
    "Login",
    "Mark",
    "Media",
    "MediaChunk",
    "Message",
    "MonthlyCount",
    "Motive",
    "Note",
    "Opening",
    "Outbound",
    "Person",
    "Place",
    "Poster",
    "PrivateLink",
    "Receipt",
    "Reminder",
    "Seat",
    "SeatWaiting",
    "Secret",
    "Session",
    "Setting",
    "Task",
    "Thread",
    "ThreadRange",
    "Waiting",
    "Workshop",
]
