"""The service: everything put together for one home."""

import asyncio
from typing import TYPE_CHECKING

import structlog
from sqlmodel import text

from actions.catalog.own import load
from actions.errors import HomeError
from actions.link import HomeLink, ServiceCall
from actions.risk import Rules
from bridge.clock import Clock, Timer
from bridge.devices import Devices
from bridge.models import Models
from bridge.oversight import Oversight
from bridge.own import Own
from bridge.pairing import Pairing
from bridge.phone.phones import Phones
from bridge.record import Record
from bridge.sent import Sent
from bridge.settings import Settings, SettingsError, SmallSettings
from bridge.store import Store, migrate
from bridge.tiers.base import Tier
from bridge.tiers.grammar import GrammarTier
from bridge.tiers.small import ModelError, SmallTier
from bridge.tiers.small import load as load_small
from bridge.turns import Turns
from bridge.work import Worker
from bridge.wyoming.server import WyomingServer
from shortcuts.catalogue import PhoneCatalogue
from shortcuts.phone.own import load_own

if TYPE_CHECKING:
    from bridge.tiers.cloud import CloudTier

log = structlog.get_logger()


class Service:
    """A home, a store, the tiers, and the turns between them."""

    def __init__(self, settings: Settings, link: HomeLink) -> None:
        """Put the parts together; nothing runs before `start`.

        :raises HearthError: the store's address or the file of own actions cannot be used.
        """
        self.settings = settings
        self.link = link
        own_actions = load(settings.actions_file) if settings.actions_file else ()
        self.store = Store(settings.store.url)
        self.devices = Devices(self.store)
        self.pairing = Pairing(self.store, self.devices)
        self.clock = Clock(self.store, self._timer_ended)
        self.phones = Phones(self.store, settings.phone, link, PhoneCatalogue(load_own(settings.actions_file)))
        self.small = _small(settings.small)
        self.models = Models(settings.small.published)
        self.grammar = GrammarTier()
        tiers: list[Tier] = [self.grammar] if self.small is None else [self.small, self.grammar]
        self.own = Own(self.store)
        confirm = settings.policy.confirm_seconds
        self.oversight = Oversight(self.store, link, self.own, tiers, confirm)
        self.phones.on_settled = self.oversight.phone
        self._warming: asyncio.Task[bool] | None = None
        rules = Rules(settings.policy.entities, settings.policy.actions)
        self.sent = Sent(self.store, settings.cloud)
        self.cloud = self._cloud(rules)
        self.record = Record(self.store, confirm_seconds=confirm)
        self.worker = Worker(
            link=link,
            record=self.record,
            clock=self.clock,
            phones=self.phones,
            tiers=tiers,
            rules=rules,
            own=self.own,
            own_actions=(*own_actions, *self.phones.catalogue.actions),
            cloud=self.cloud,
            routing=settings.cloud,
        )
        self.turns = Turns(self.worker, self.record, self.phones, self.oversight)
        self.wyoming = WyomingServer(settings, self.turns, self.devices) if settings.wyoming.uri else None

    def _cloud(self, rules: Rules) -> "CloudTier | None":
        settings = self.settings.cloud
        if not settings.providers:
            return None
        try:
            # Imported here: it brings the vendors' SDKs, which nobody without a provider needs.
            from bridge.tiers.cloud import CloudTier
        except ImportError as error:
            hint = "pip install 'hearthbridge[cloud]', or take the providers out of the settings."
            raise SettingsError("The cloud tier is not installed", code="extra_missing", hint=hint) from error
        return CloudTier(settings, link=self.link, store=self.store, sent=self.sent, rules=rules)

    async def start(self) -> None:
        """Migrate the store, settle what a crash left open, and connect to the home.

        :raises StoreError: the database cannot be used.
        """
        migrate(self.store.engine)
        if lost := await self.record.recover():
            log.warning("recovered", unknown_acts=lost)
        # Beside the rest: the first sentence waits for it if it comes that soon.
        self._warming = asyncio.create_task(self.grammar.prepare(self.settings.language))
        await self.own.load()
        await self.oversight.start()
        await self.sent.start()
        if self.cloud is not None:
            await self.cloud.start()
        await self.clock.start()
        await self.phones.start()
        await self.link.start()
        if self.wyoming is not None:
            await self.wyoming.start()
        log.info("started")

    async def warm(self) -> None:
        """Wait until the sentences are loaded."""
        if self._warming is not None:
            # Who waits may be given up; the loading is not.
            await asyncio.gather(asyncio.shield(self._warming), return_exceptions=True)

    async def stop(self) -> None:
        """Let running turns end, disconnect, and close the store."""
        await self.warm()
        if self.wyoming is not None:
            await self.wyoming.stop()
        await self.turns.stop()
        self.oversight.stop()
        self.clock.stop()
        await self.phones.stop()
        await self.link.stop()
        if self.cloud is not None:
            await self.cloud.stop()
        self.store.close()
        log.info("stopped")

    async def check_store(self) -> None:
        """Ask the database something.

        :raises StoreError: it does not answer.
        """
        await self.store.read(lambda session: session.connection().execute(text("SELECT 1")).all())

    async def _timer_ended(self, timer: Timer) -> None:
        log.info("timer_ended", timer=timer.id)
        data = {"title": "Timer", "message": f"The timer {timer.label} is up."}
        # One that ended while the bridge was down ends before the home is there.
        await self.link.ready(60)
        try:
            await self.link.call(ServiceCall("persistent_notification", "create", (), data))
        except HomeError as error:
            log.warning("timer_not_announced", timer=timer.id, code=error.code)


def _small(settings: SmallSettings) -> SmallTier | None:
    """The small tier; without it, where its model is refused, the others go on."""
    if not settings.enabled:
        return None
    try:
        return load_small(settings.model, threads=settings.threads, later=False)
    except ModelError as error:
        log.warning("small_model_refused", code=error.code, reason=error.message)
        return None
