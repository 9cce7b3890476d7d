#!/usr/bin/python3
"""Ten million random operations under the model of the TLBs (tests/host/tlb.c), with seeds that nobody has tried.

FIRST=N begins with that seed, OPS=N does so many. What fails prints its own: SEED=N OPS=N make test T=tlb"""
import os, random, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

os.environ.setdefault('FIRST', str(random.randrange(1, 1 << 40)))
os.environ.setdefault('OPS', '10000000')
built = subprocess.run(['make', '-s', BUILD + '/tests/host/tlb'])
print('# FIRST=%s OPS=%s' % (os.environ['FIRST'], os.environ['OPS']), flush=True)
if built.returncode:
	ok(False, 'it does not compile')
	finish()
os.execv(BUILD + '/tests/host/tlb', ['tlb'])
