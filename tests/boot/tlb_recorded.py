#!/usr/bin/python3
"""How many TLB misses tags avoid in a real run: a QEMU plugin (tests/lib/record_touches.c) records which pages user code
touches from power on to the end of a thousand round trips, and tests/host/tlb_replay.c replays that. With an argument:
that command instead. The recording stays in build/tests/tlb_recorded/ping/run, or in a folder of
the command's name.
GROUP: experiments"""
import os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from plugin import build_plugin

COMMAND = sys.argv[1] if len(sys.argv) > 1 else 'ping 1000'
HERE = TOP + '/' + BUILD + '/tests/tlb_recorded/' + re.sub(r'\W+', '_', COMMAND)[:60]
REPLAY = BUILD + '/tests/host/tlb_replay'
os.makedirs(HERE, exist_ok=True)
RUN, PLUGIN = HERE + '/run', HERE + '/plugin.so'

subprocess.run(['make', '-s', REPLAY], check=True)
build_plugin('tests/lib/record_touches.c', PLUGIN)
code = subprocess.run(['objdump', '-d', '--no-show-raw-insn', BUILD + '/atoll.elf'], stdout=subprocess.PIPE, text=True).stdout
# Not where the system comes up, and has no spaces yet.
BOOT = ('boot_entry', 'machine_map_kernel')
loads = [address for name, body in re.findall(r'^\w+ <(\w+)>:\n((?:.+\n)+)', code, re.M) if name not in BOOT
	for address in re.findall(r'^(\w+):\s+mov +%\w+,%cr3', body, re.M)]
os.environ['ATOLL_PLUGIN'] = '%s,result=%s,loads=%s' % (PLUGIN, RUN, ':'.join(loads))
done = run('tlb -- ' + COMMAND, '--icount') # the same each time
ok(done.status == 0 and loads, 'recorded: ' + COMMAND, done)
switches = int(re.search(r'^switches of spaces +\d+ +(\d+)', done.text, re.M)[1])
replayed = subprocess.run([REPLAY, RUN], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
note(replayed.stdout)
ok(replayed.returncode == 0, 'replayed', replayed.stdout)
touches, replayed_switches = map(int, re.search(r'(\d+) touches, (\d+) switches', replayed.stdout).groups())
rows = [list(map(int, row)) for row in re.findall(r'^ *(\d+) +(\d+) +(\d+) +(\d+) \(', replayed.stdout, re.M)]
ok(abs(replayed_switches - switches) <= 100, 'it has the switches that the kernel counted: %d, %d' % (replayed_switches, switches))
ok(len(rows) == 2 and touches > switches, 'each switch is for the sake of some pages')
for entries, flushing, tagged, avoided in rows:
	ok(0 < tagged < flushing < touches, '%d entries: %d misses with tags, %d without' % (entries, tagged, flushing))
finish()
