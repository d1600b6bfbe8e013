"""The process that attacks: `python -m tests.attacks.attacker NAME URL SOURCE SECONDS`.

It prints a line when the attack begins, since making the requests may take a while first, and its Tally as JSON when
the attack has ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from resource import RLIMIT_NOFILE, getrlimit, setrlimit

from tests.attacks.catalogue import ATTACKS
from tests.attacks.lines import Attacker, Tally


async def attack(name: str, url: str, source: str, seconds: float) -> Tally:
    """Run the attack `name` for `seconds` seconds, and return its tally."""
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
