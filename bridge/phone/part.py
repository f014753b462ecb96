"""The phone's part of an exchange: its steps apart from the others, and what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions.action import Place
from actions.plan import Plan
from actions.receipt import Receipt, Status
from bridge.phone.phones import Phones
from bridge.phone.words import outcome, refused


def without_phone(plan: Plan, keys: Mapping[int, str | None]) -> tuple[Plan, dict[int, str | None]]:
    """The plan's other steps, and the reply texts that were chosen for them."""
    kept = [(index, step) for index, step in enumerate(plan.steps) if step.place is not Place.PHONE]
    texts = {position: keys[index] for position, (index, _) in enumerate(kept)}
    return replace(plan, steps=tuple(step for _, step in kept)), texts


def of_steps(plan: Plan, receipts: Sequence[Receipt]) -> list[Receipt]:
    """The receipts of a plan's steps."""
    return [receipt for receipt in receipts if any(receipt.id.startswith(step.id) for step in plan.steps)]


def refusals(receipts: Sequence[Receipt]) -> str:
    """What phones were not asked to do, and why."""
    return " ".join(refused(receipt) for receipt in receipts if receipt.status is Status.FAILED)


async def asked(phones: Phones, receipts: Sequence[Receipt]) -> str:
    """What phones were asked to do."""
    return outcome(await phones.queue.of_acts([receipt.id for receipt in receipts]))
