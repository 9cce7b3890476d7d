#!/usr/bin/python3
"""tests/target/isolation.c tries what lies in the kernel's half, and tells from the faults which pages are mapped there.
Here it is compared with the kernel's page tables, read with gdb: none was left out.

GROUP: space"""
import os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from stopped import *


def ranges(word, text):
	return [[int(number, 16) for number in found] for found in re.findall(r'^# %s (\w+) (\w+) (\w+)$' % word, text, re.M)]


def places(word, text):
	return {at for start, end, step in ranges(word, text) for at in range(start, end, step)}


subprocess.run(['make', '-s', 'target-tests'], check=True)
done = run('/tests/isolation', '--module', 'archive=' + BUILD + '/tests/archive.tar')
equal(done.status, 0, 'the story comes to its end')
tried, mapped = places('kernel', done.text), places('mapped', done.text)
page = pages(stopped(KERNEL_PAGES))
if not ok(len(page) > 100 and tried, 'pages: %d in the tables; %d addresses tried' % (len(page), len(tried)), str(done)):
	finish()

there = {at for at in tried if any(start <= at < start + size for start, size, _ in page)}
left_out = [start for start, size, _ in page if not any(at in tried for at in (start, *range(start, start + size, 2 << 20)))]
equal([hex(start) for start in left_out], [], 'each page in the tables was read, written and executed')
equal([hex(at) for at in sorted(mapped ^ there)], [], 'the faults say of the same pages that they are there')
finish()
