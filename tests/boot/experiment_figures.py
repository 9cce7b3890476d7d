#!/usr/bin/python3
"""The experiments of docs/experiments/ that need no words for the kernel: what each page claims, as relations between the
figures, for the figures themselves change with the compiler. Instructions (--icount). NAME=... judges only some.
GROUP: experiments"""
import json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import sections


def by(rows, key):
	return {row[key]: row for row in rows}


def throughput(tables):
	costs, ratio = by(tables['costs'], 'bytes'), by(tables['ratio'], 'bytes')
	constants = by(tables['fit'], 'from')
	equal(sorted(costs), [16 << 2 * i for i in range(10)], 'throughput: sizes from 16 bytes to 4 MiB')
	ok(all(c['window'] < c['pipe'] and c['message'] < c['pipe'] for c in costs.values()), 'throughput: a pipe costs most', costs)
	if BUILD == 'build': # which is the short cut's work
		ok(all(c['message'] < c['window'] for s, c in costs.items() if s <= 1024), 'throughput: a message wakes sooner than a window', costs)
	ok(all(c['window'] < c['message'] for s, c in costs.items() if s >= 16384), 'throughput: a window copies sooner than a message', costs)
	ok(costs[16]['ring'] * 6 < costs[16]['window'], 'throughput: who is told only now and then takes 16 bytes for a sixth', costs[16])
	ok(abs(costs[4 << 20]['move'] - costs[65536]['move']) < 50, 'throughput: 4 MiB are moved for the price of 64 KiB', costs)
	ok(0.12 < constants['window']['c_copy'] < 0.13, 'throughput: a window copies a byte once, 8 an instruction', constants)
	ok(all(abs(r['R'] - r['own']) < 0.1 * r['R'] for s, r in ratio.items() if s <= 65536), 'throughput: the model holds with constants for each way', ratio)
	ok(ratio[16]['R'] > 2 > 1.1 > ratio[16]['one'], 'throughput: and does not with one pair of them', ratio)
	ok(2 < ratio[4 << 20]['R'] < 4, 'throughput: two copies against one', ratio)


def toctou(tables):
	wins = by(tables['wins'], 'name in')
	equal(list(wins), ['window', 'copy', 'message'], 'toctou: each place for a name')
	ok(all(w['tries'] == 2000 == w['won'] + w['refused'] + w['too late'] for w in wins.values()), 'toctou: each try comes out somehow', wins)
	ok(wins['window']['won'] > 40, 'toctou: shared memory loses', wins)
	equal((wins['copy']['won'], wins['message']['won']), (0, 0), 'toctou: a copy and a message never do')
	ok(all(w['refused'] > 40 and w['too late'] > 40 for w in wins.values()), 'toctou: the attacker comes before the check and after the use as well', wins)


def zerocopy(tables):
	costs, even = by(tables['costs'], 'bytes'), by(tables['break-even'], 'way')
	large, small = costs[1 << 20], costs[4096]
	ok(large['moved'] < large['window'] < large['messages'], 'zerocopy: of a large file pages that move are cheapest, then a window', large)
	ok(small['messages'] < min(small['window'], small['moved']), 'zerocopy: of a small one messages are', small)
	ok(0 < even['moved']['bytes'] <= 32768, 'zerocopy: moving breaks even early', even)
	ok(32768 < even['window']['bytes'] <= 262144, 'zerocopy: a window where libc takes it to', even)
	ok(large['kept'] > large['moved'] + 2 * 128, 'zerocopy: who keeps the file zeroes and copies', large)


def isolation(tables):
	attempts = tables['attempts']
	ok(len(attempts) == 26, 'isolation: all attempts are made', attempts)
	for a in attempts:
		ok(a['changed'] == 0 and a['what it gets'] not in ('IT WORKED', 'nothing until now'), 'isolation: ' + a['attempt'], a)
	ok(sum('page fault' in a['what it gets'] for a in attempts) >= 6, 'isolation: what is not mapped so faults', attempts)


def crash(tables):
	rows = by(tables['crashes'], 'defect')
	equal([(name, row['noticed by']) for name, row in rows.items()],
		[('none', ''), ('killed', 'killed'), ('null', 'fault'), ('loop', 'watchdog'), ('leak', 'complaint')], 'crash: each defect is noticed in its way')
	ok(all(row['copy'] == 'good' and row['its errors'] == 0 for row in rows.values()), 'crash: the copy is good at last, and the bystander sees no error', rows)
	ok(rows['none']['errors'] == 0 and rows['none']['away ms'] < 1, 'crash: without a defect nobody sees anything', rows['none'])
	for name in 'killed', 'null', 'leak':
		ok(10 <= rows[name]['away ms'] < 15 and rows[name]['bystander ms'] < 2, 'crash: %s: away for the back-off, and nobody else waits' % name, rows[name])
	ok(rows['loop']['away ms'] > 25 and rows['loop']['bystander ms'] > 20, 'crash: who loops keeps everybody below waiting', rows['loop'])


def access(tables):
	costs = by(tables['costs'], 'guard')
	ok(1.5 < costs['list']['per request'] / costs['capability']['per request'] < 3, 'access: to ask each time is one more round trip', costs)
	answered = {(row['authority'], row['guard']): row['answered'] for row in tables['failures']}
	equal([state for (state, guard), n in answered.items() if guard == 'capability' and n == 100], ['well', 'slow', 'dead', 'restarted'],
		'access: capabilities work whatever becomes of the authority')
	equal([state for (state, guard), n in answered.items() if guard == 'list' and n == 100], ['well', 'slow', 'restarted'],
		'access: the list does while the authority answers')
	waits = {(row['authority'], row['guard']): row['longest ms'] for row in tables['failures']}
	ok(waits['slow', 'list'] >= 5 > 1 > waits['slow', 'capability'], 'access: and is as slow as it', waits)
	taken = [row for row in tables['revocation'] if row['guard'] == 'capability']
	ok(all(row['afterwards'] == 'refused' for row in tables['revocation']), 'access: what is taken back is refused at once', tables['revocation'])
	ok(taken[-1]['holders'] == 256 and taken[-1]['ticks'] > 10 * taken[0]['ticks'], 'access: capabilities are taken back one by one', taken)
	equal(by(tables['left'], 'guard')['capability']['request'], 'works', 'access: a new authority does not hold what the old one gave')
	equal(by(tables['left'], 'guard')['all']['request'], 'refused', 'access: the maker of the endpoint does')


def evolve(tables):
	pairs = {(row['client'], row['server']): row for row in tables['pairs']}
	equal(len(pairs), 12, 'evolve: each client meets each server')
	for (client, server), row in pairs.items():
		refused = server == 'version 2' and client != 'version 2'
		scaled = client != 'old' and server in ('new', 'version 2') and not refused
		equal((row['result'], row['understood']), (0, 0) if refused else (21, 32) if scaled else (7, 16),
			'evolve: %s client, %s server: the client knows what was understood' % (client, server))
	equal([pairs['version 2', s]['refusals'] for s in ('old, exact', 'old, open', 'new', 'version 2')], [2, 1, 1, 0], 'evolve: and tries what is older')
	lies = by(tables['lies'], 'what is said')
	equal([name for name, row in lies.items() if row['compares'] == 'answered'], ['the truth: 8 bytes'], 'evolve: lies are refused')
	ok(all(row['leaked'] == 0 for row in lies.values()), 'evolve: and give nothing away', lies)
	ok(lies['all that it takes']['leaks'] == 240 and lies['64 KiB']['believes'] == 'CRASHES', "evolve: who believes gives others' bytes away, or crashes", lies)
	equal([lies[name]['believes'] for name in ('no room for the length', 'longer than it takes', 'version 0', 'version 255', 'another operation', 'a capability with it')],
		['EPROTO', 'EMSGSIZE', 'EPROTO', 'EPROTO', 'ENOSYS', 'ENOSPC'], 'evolve: what kernel and library check needs no care')


def drivers(tables):
	path = {row['ticks after the interrupt']: row['least'] for row in tables['path']}
	work = tables['work'][0]
	ok(10 <= work['interrupts'] <= 30 and 10 < work['to ports'] < 40, 'drivers: a line takes its interrupts', work)
	ok(0 < path['it reads the device'] < 2000 and path['it reads the device'] < path['it acknowledges the interrupt'] < path['it waits for the next'] < 10000,
		'drivers: from the interrupt to the driver, through its work, and back', path)
	death = {(row['the driver'], row['process']): row for row in tables['death']}
	ok(all(row['errors'] == 0 and row['answers'] > 300 for row in death.values()), 'drivers: nobody sees an error', death)
	ok(death['lives', 'its client']['longest ms'] < 1, 'drivers: nobody waits while it lives', death)
	ok(10 <= death['dies', 'its client']['longest ms'] < 15, 'drivers: its client waits for the back-off', death)
	ok(death['dies', 'another']['longest ms'] < 2, 'drivers: the others do not', death)


def energy(tables):
	rows = {(row['requests'], row['batch']): row for row in tables['power']}
	equal(len(rows), 16, 'energy: four rates, four batches')
	ok(all(abs(row['messages'] * batch - rate) <= 0.1 * rate + batch for (rate, batch), row in rows.items()), 'energy: a message for each batch', rows)
	ok(all(abs(row['switches'] - 2 * row['messages']) <= 20 for row in rows.values()), 'energy: and two switches for each message', rows)
	ok(all(abs(rows[rate, 1]['mW'] - rows[rate, 1]['formula']) < 1 for rate in (100, 1000, 10000, 100000)), 'energy: singly it is what the formula says', rows)
	high = [rows[100000, batch] for batch in (1, 4, 16, 64)]
	ok(all(a['mW'] - 269 > 3 * (b['mW'] - 269) and a['hours'] < b['hours'] and a['idle %'] < b['idle %'] for a, b in zip(high, high[1:])),
		'energy: a batch of four takes less than a third', high)


def wrong_arguments(text):
	for name in EXPERIMENTS:
		ok(('usage: %s ' % name) in text, name + ': usage, when an argument is wrong', text)


EXPERIMENTS = {
	throughput: 'throughput --json',
	zerocopy: 'zerocopy --json',
	isolation: 'isolation --json',
	crash: 'crash --json',
	access: 'access --json',
	evolve: 'evolve --json',
	drivers: 'drivers --json',
	energy: 'energy --json',
	toctou: 'toctou --json -n 2000',
}
chosen = os.environ.get('NAME', '').split() or [e.__name__ for e in EXPERIMENTS]
EXPERIMENTS = {e.__name__: (e, command) for e, command in EXPERIMENTS.items() if e.__name__ in chosen}

texts, done = sections([command for _, command in EXPERIMENTS.values()] + ['; '.join(name + ' -?' for name in EXPERIMENTS)], '--icount', timeout=240)
for (judge, command), text in zip(EXPERIMENTS.values(), texts):
	tables = {}
	for line in re.findall(r'^\{.*\}$', text, re.M):
		row = json.loads(line)
		tables.setdefault(row.pop('table'), []).append(row)
	try:
		judge(tables)
	except (KeyError, IndexError) as error:
		ok(False, '%s: something is missing: %r' % (command, error), text)
wrong_arguments(texts[-1])
finish()
