"""Taking a phone's word on one of its actions."""

from sqlmodel import Session

from actions.errors import HearthError
from actions.receipt import Status
from bridge.store.tables import ActRow, PhoneActionRow, now


class ActionError(HearthError):
    """A word on a phone action that cannot be taken."""

    code = "unknown_action"


def settle(session: Session, row: PhoneActionRow, status: Status, reason: str | None, detail: str | None) -> None:
    """Write an outcome to the act and its phone action."""
    act = session.get_one(ActRow, row.id)
    act.receipt = {**act.receipt, "status": str(status), "reason": reason, "detail": detail}
    act.status, act.settled = str(status), now()
    row.settled = act.settled
    session.add_all([act, row])


def unknown() -> ActionError:
    """The answer to an id that is not this phone's, whether or not it is somebody else's."""
    hint = "Send the ids of device_actions that this device was given, with the turn_id they came with."
    return ActionError("This device was given no such action", hint=hint)


def check(row: PhoneActionRow | None, turn: str, device: str, status: str) -> None:
    """Refuse a word that cannot be taken.

    :raises ActionError: not this phone\'s, too old, or begun before.
    """
    if row is None or row.device != device or row.turn != turn:
        raise unknown()
    if row.started is None and row.expires <= now():
        raise ActionError(
            "This action is too old; do not do it",
            code="action_expired",
            hint="Ask again for what is still wanted.",
        )
    if status == "started" and (row.started or row.settled):
        raise ActionError(
            "This action was begun before; do not do it again",
            code="action_begun",
            hint="Ask again for what is still wanted.",
        )


def take_word(session: Session, row: PhoneActionRow, status: str, detail: str | None) -> None:
    """Write a phone\'s word down; the first final one stands."""
    act = session.get_one(ActRow, row.id)
    told = Status(act.status)
    # Silence is no word of the phone's: it may still say how it ended.
    if told.settled and told is not Status.UNKNOWN:
        return
    if status == "started":
        row.started = now()
        act.receipt = {
            **act.receipt,
            "detail": f"The phone began it at {row.started.isoformat(timespec='seconds')}",
        }
        session.add_all([row, act])
    elif status == "done":
        settle(session, row, Status.DONE, None, detail)
    else:
        settle(session, row, Status.FAILED, status, detail)
