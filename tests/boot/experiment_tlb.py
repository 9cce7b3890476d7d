#!/usr/bin/python3
"""The ping-pong of the experiment tlb: flushes that Bochs counts with all tags, with two, and without; and its recorded
page touches, replayed in the model of a tagged TLB: private pages or a window, a page that is used is missed once a turn
without tags, and never with them, as long as the TLB has room for both sides'.
GROUP: experiments"""
import json, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

PAGES, ROUNDS = 16, 400
PLAY = 'tlb -p %d -r %d' % (PAGES, ROUNDS)


def counts(words):
	done = run(PLAY + ' --json', '--emulator', 'bochs', *words)
	found = re.search(r'^\{.*\}$', done.text, re.M)
	ok(found and done.status == 0, 'Bochs %s: it plays' % ' '.join(words), done)
	return json.loads(found[0]) if found else {}


def replayed(command):
	"""{entries of the TLB: (misses flushing, with tags)}"""
	done = subprocess.run(['tests/boot/tlb_recorded.py', command], stdout=subprocess.PIPE, text=True)
	rows = re.findall(r'^# +(\d+) +(\d+) +(\d+) +\d+ \(', done.stdout, re.M)
	ok(done.returncode == 0 and len(rows) == 2, command + ': recorded and replayed', done.stdout)
	return {int(entries): (int(flushing), int(tagged)) for entries, flushing, tagged in rows}


everything, two, none = together(counts, ((), ('--append', 'pcid=2'), ('--append', 'pcid=off')))
for name, c, tags, most in ('all tags', everything, 4095, 5), ('two', two, 2, 20):
	ok(c.get('tags') == tags and c['switches'] >= 2 * ROUNDS and c['flushed'] <= most, '%s: hardly any switch flushes' % name, c)
ok(none.get('tags') == 0 and none['flushed'] == none['switches'] >= 2 * ROUNDS, 'no tags: each switch flushes', none)

private, window = replayed(PLAY), replayed(PLAY + ' -w')
for name, misses in ('private pages', private), ('a window', window):
	for entries, (flushing, tagged) in misses.items():
		note('%s, %d entries: %d misses flushing, %d with tags' % (name, entries, flushing, tagged))
		ok(flushing > 2 * ROUNDS * PAGES and tagged < 2 * ROUNDS * PAGES / 4, '%s, %d entries: tags avoid a miss for each page and turn' % (name, entries))
ok(all(abs(private[n][1] - window[n][1]) < 100 for n in private), 'a window takes an entry for each side, so it gains no more and no less')
finish()
