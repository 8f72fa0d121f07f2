"""Leave defaults out: the implementation's own arrive."""

from __future__ import annotations

import sys

from defaults import Job, Options, count, fetch, find, run

AGENT = f"Python/{sys.version_info[0]}.{sys.version_info[1]}"
url, agent, limit, size, offset, version, seen = fetch()
assert (url, agent, limit, size, offset, seen) == (
    "tcp://",
    f"Python/{sys.version}",
    2**20,
    16 * 1024,
    -1,
    set(),
)
assert version == (sys.version_info[1], 0)
assert fetch(limit=1)[1:3] == (agent, 1)
pause = 1 / sys.version_info[1]
assert Options().text() == f"{AGENT} 3 {pause} plain {2**20}"
assert Options(agent="me", count=1).text() == f"me 1 {pause} plain {2**20}"
job = Job(Options(count=7))
assert (job.agent, job.level) == (AGENT, 4)
ran = run(job)
assert ran.options is job.options
assert ran.agent == AGENT
is_new = sys.version_info >= (3, 11)
assert Options().depth == Options.width == (11 if is_new else 10)
assert Options.height == (660 if is_new else 10)
assert Options.length == 5
assert find() == ("new" if is_new else "old") * 3
assert count() == 7
