"""Run an attack in a process of its own: `python -m tests.attacks.attacker NAME URL SOURCE SECONDS`.

The process may need a while to make the requests, so it prints a line when the attack begins. When the attack has
ended, it prints the Tally as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from resource import RLIMIT_NOFILE, getrlimit, setrlimit

from tests.attacks.catalogue import ATTACKS
from tests.attacks.connections import Attacker, Tally


async def attack(name: str, url: str, source: str, seconds: float) -> Tally:
    """Run the attack that is called `name` for `seconds` seconds, and return its tally."""
    run = ATTACKS[name].make()
    print("begins", flush=True)
    attacker = Attacker(url, source, asyncio.get_running_loop().time() + seconds)
    await run(attacker)
    return attacker.tally


if __name__ == "__main__":
    hard = getrlimit(RLIMIT_NOFILE)[1]
    setrlimit(RLIMIT_NOFILE, (hard, hard))
    name, url, source, seconds = sys.argv[1:]
    print(json.dumps(vars(asyncio.run(attack(name, url, source, float(seconds))))))
