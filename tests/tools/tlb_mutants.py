#!/usr/bin/python3
"""The model of the TLBs is worth what it catches: each guard of the kernel against stale translations is taken out, and
tests/host/tlb.c must notice. (The other mutants take longer: make mutants.)"""
import glob, os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *

names = [os.path.basename(path)[:-len('.patch')] for path in sorted(glob.glob('tests/mutants/*.patch'))
	if '\n# Test: tlb\n' in open(path).read()]
sys.stdout.flush()
os.execvp('tools/mutants', ['tools/mutants', *names])
