"""gdb commands for Atoll: `atoll` and TAB lists them, `help atoll NAME` explains one.

Reading order: kernel.py (the kernel's objects, by DWARF: no address, offset or line number of it is written down here),
programs.py (user programs and their symbols), command.py (what all commands share); then whichever command.

    tables.py    threads, thread, spaces, endpoints, caps, names, queue, timers, tlb
    message.py   message: what is on its way, decoded; operations.py has the names
    follow.py    follow: from station to station of one message; stops.py finds them
    breaks.py    break NAME:function
    backtrace.py bt: across the kernel, to whoever waits
    graph.py     graph: who waits for whom
    trace.py     trace: the last events that the kernel has traced
    check.py     check: the kernel's invariants, from outside
    replay.py    back-to-send, and a time limit for going backwards
    printers.py  how gdb prints threads, spaces, endpoints, capabilities, wait queues

All but follow, break and back-to-send only read memory, so they work on a dump (tools/run --dump) as well.
"""
from atoll import backtrace, breaks, check, follow, graph, message, printers, programs, replay, tables, trace

programs.load_all()
