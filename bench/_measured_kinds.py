"""The same async code for each kind of runtime that a manifest can ask for: one generated module each."""

from __future__ import annotations

from _measured import count, echo, echo_later

from ambidex import Module

with_sockets = Module("measured_sockets", synchronizer="bench-sockets")
with_uvloop = Module("measured_uvloop", synchronizer="bench-uvloop", loop="uvloop")
first_step = Module("measured_first_step", synchronizer="bench-first-step", first_step="caller")
first_step_sockets = Module("measured_first_step_sockets", synchronizer="bench-step-sockets", first_step="caller")
for_callers = Module("measured_for_callers", synchronizer="bench-for-callers", aio="caller")

for module in (with_sockets, with_uvloop, first_step, first_step_sockets):
    module.wrap_function(echo)
    module.wrap_function(echo_later)
    module.wrap_function(count)
for_callers.wrap_function(echo)
