#!/usr/bin/python3
"""bc with all of its tests: on Atoll each prints what it prints under a bc that is made of the same source for this machine."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from ports import *

host, bc = source('bc', 'host'), source('bc')
made(['./configure'], host)
made(['make', *NO_AUTOMAKE, '-C', 'lib'], host)
made(['make', *NO_AUTOMAKE, '-C', 'bc'], host)
made(['./configure', '--host=x86_64-atoll', 'CC=' + CC, 'RANLIB=ranlib', 'AR=ar'], bc)
made(['make', *NO_AUTOMAKE, '-C', 'lib'], bc)
# libmath.h is what a bc makes of libmath.b; the one for Atoll cannot, here.
shutil.copy(host + '/bc/libmath.h', bc + '/bc/libmath.h')
made(['make', *NO_AUTOMAKE, '-o', 'libmath.h', '-C', 'bc', 'bc'], bc)

tests = sorted(name for name in os.listdir(bc + '/Test') if name.endswith('.b') or name == 'signum')
results, done = boot(
	{'bin/bc': bc + '/bc/bc', **{'port/' + name: bc + '/Test/' + name for name in tests}},
	{name: 'echo quit | bc -l /port/' + name for name in tests}, timeout=1500)
passed, details = set(), {}
for name in tests:
	worked, wanted = command(['sh', '-c', 'echo quit | bc/bc -l Test/' + name], host)
	text, status = results[name]
	if worked and status == 0 and text.rstrip() == wanted.rstrip():
		passed.add(name)
	details[name] = 'status %s\ngot\n%s\nexpected\n%s' % (status, text[-1000:], wanted[-1000:])
	if name not in passed: note(details[name])
judge('bc', passed, len(tests), details)
finish()
