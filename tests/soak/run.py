"""One soak: three allied companies, hosts at work, kills and bad weather; then the verdict."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.soak.chaos import CALM, ChaosProxy, Weather
from tests.soak.journey import Host, browser_of
from tests.soak.verdict import Verdict, judge, outcomes, waiting
from tests.support.companies import CompanyProcess, ally, free_port

NAMES = ("nordlicht", "alpenwerk", "hansewerft")


@dataclass(frozen=True)
class Plan:
    """What a soak does: sessions published in all, SIGKILLs per company, mishaps per request."""

    acts: int = 300
    kills: int = 20
    weather: Weather = CALM
    seed: int = 1
    pace: float = 0.5
    """Longest pause between two acts of a host, in seconds, so that kills and acts mix."""
    settle_seconds: float = 300


@dataclass(frozen=True)
class Report:
    """What a soak saw."""

    verdict: Verdict
    acts: int
    kills: int
    mishaps: Counter[str]
    received: Counter[str]
    settled_after: float
    """Seconds from the last act until nothing was on its way any more."""


async def soak(plan: Plan, folder: Path) -> Report:
    """Runs a plan in an empty folder; ends every process it started."""
    chance = random.Random(plan.seed)
    companies = [CompanyProcess(name, folder / name, free_port(), free_port()) for name in NAMES]
    proxies = [
        ChaosProxy(c.public_port, c.bind_port, CALM, random.Random(chance.random())) for c in companies
    ]
    for proxy in proxies:
        await proxy.start()
    try:
        for company in companies:
            await company.found()
            await company.start()
        await ally(companies)
        for proxy in proxies:
            proxy.weather = plan.weather
        acts = await _work(plan, companies, chance)
        settled = await _settle(companies, plan.settle_seconds)
        return Report(
            verdict=judge(companies),
            acts=acts,
            kills=sum(company.kills for company in companies),
            mishaps=sum((proxy.happened for proxy in proxies), Counter()),
            received=sum((outcomes(company) for company in companies), Counter()),
            settled_after=settled,
        )
    finally:
        for company in companies:
            await company.stop()
        for proxy in proxies:
            await proxy.stop()


async def _work(plan: Plan, companies: list[CompanyProcess], chance: random.Random) -> int:
    """Lets the hosts act while a killer goes round; returns how often they did."""
    hosts = [Host(company, random.Random(chance.random())) for company in companies]
    share = plan.acts // len(hosts)
    killers = [
        asyncio.create_task(_kill(company, plan.kills, share, host, random.Random(chance.random())))
        for company, host in zip(companies, hosts, strict=True)
    ]
    try:
        await asyncio.gather(*(_host_works(host, share, plan.pace) for host in hosts))
        await asyncio.gather(*killers)
    finally:
        for killer in killers:
            killer.cancel()
    return sum(host.acts for host in hosts)


async def _host_works(host: Host, acts: int, pace: float) -> None:
    async with browser_of(host.company) as browser:
        await host.sign_in(browser)
        while host.acts < acts:
            await host.act(browser)
            await asyncio.sleep(host.chance.uniform(0, pace))


async def _kill(company: CompanyProcess, kills: int, acts: int, host: Host, chance: random.Random) -> None:
    """Kills a company's server `kills` times, spread over the host's acts, and starts it again."""
    moments = sorted(chance.randint(1, max(1, acts - 1)) for _ in range(kills))
    for moment in moments:
        while host.acts < moment:
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0, 0.5))
        await company.kill()
        await asyncio.sleep(chance.uniform(0, 0.5))
        await company.start()


async def _settle(companies: list[CompanyProcess], patience: float) -> float:
    """Seconds until nothing waits anywhere and nothing has waited for two seconds."""
    began = time.monotonic()
    quiet_since: float | None = None
    while time.monotonic() - began < patience:
        if sum(waiting(company) for company in companies):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > 2:
            break
        await asyncio.sleep(0.2)
    return round((quiet_since or time.monotonic()) - began, 1)
