"""The plots of the experiments (tools/experiments): which figures, which axes. gnuplot draws (docs/decisions/0014)."""
import json
import subprocess

COLOURS = '#1f77b4 #d62728 #2ca02c #ff7f0e #9467bd #8c564b #e377c2 #7f7f7f'.split()
SCRIPT = """
set terminal svg size 960,500 font 'sans-serif,13' background 'white' linewidth 1.5
set title "%(caption)s" font ',14'
set xlabel "%(x)s"
set ylabel "%(y)s"
set grid ytics linecolor '#dddddd'
set key outside right center Left reverse samplen 2 spacing 1.4
set border 3
set tics nomirror
%(more)s
plot %(lines)s
"""
SIZES = "set logscale x 2; set xtics ('16' 16, '64' 64, '256' 256, '1 Ki' 1024, '4 Ki' 4096, '16 Ki' 16384, '64 Ki' 65536, '256 Ki' 262144, '1 Mi' 1048576, '4 Mi' 4194304)\n"


class Plot:
	"""series: a function of an experiment's results, {name of a line: [(x, y)]}; a name with * is drawn dashed."""

	def __init__(self, experiment, caption, x, y, series, more=''):
		self.experiment, self.caption, self.x, self.y, self.series, self.more = experiment, caption, x, y, series, more

	def comment(self, results):
		return '<!-- figures: %s -->\n' % json.dumps(self.series(results[self.experiment])).replace('--', '-')

	def svg(self, results):
		series = self.series(results[self.experiment])
		lines = ', '.join("'-' using 1:2 with linespoints linecolor '%s' pointtype %d pointsize 0.6%s title \"%s\""
			% (COLOURS[i % len(COLOURS)], 5 + i, ' dashtype 2' if '*' in name else '', name.replace('*', ''))
			for i, name in enumerate(series))
		data = ''.join(''.join('%s %s\n' % point for point in points) + 'e\n' for points in series.values())
		script = SCRIPT % {'caption': self.caption, 'x': self.x, 'y': self.y, 'more': self.more, 'lines': lines}
		svg = subprocess.run(['gnuplot'], input=script + data, stdout=subprocess.PIPE, text=True, check=True).stdout
		return '\n'.join(line.rstrip() for line in svg.splitlines()) + '\n' + self.comment(results)


def column(rows, x, y):
	return [(row[x], row[y]) for row in rows]


def throughput(results):
	rows = results['']['costs']
	names = {'pipe': 'pipe (two copies)', 'message': 'message (one)', 'window': 'window, told each time (one)', 'ring': 'ring, told when half full (one)',
		'mapped': 'moved, mapped on both sides (none)', 'move': 'moved (none)'}
	return {title: column(rows, 'bytes', name) for name, title in names.items()}


def ratio(results):
	rows = results['']['ratio']
	names = {'R': 'R, measured', 'own': 'model*, each with its own constants', 'one': 'model*, one pair of constants'}
	return {title: column(rows, 'bytes', name) for name, title in names.items()}


def ring(results):
	rows = results['wait']['rings']
	waits = {'deadlock=wait, tau = %d ms' % tau: column([r for r in rows if r['tau ms'] == tau], 'K', 'wasted ms')
		for tau in sorted({r['tau ms'] for r in rows}, reverse=True)}
	return {**waits, 'deadlock=detect, tau = 100 ms': column(results['detect']['rings'], 'K', 'wasted ms')}


def inversion(results):
	return {'%s%s, %s' % ('*' * (words == 'inherit=on'), resource, words):
		column([r for r in results[words]['delays'] if r['resource'] == resource], "middle's run", "high's wait")
		for words in ('inherit=off', 'inherit=on') for resource in ('lock', 'server', 'chain')}


def toctou(results):
	rows = results['']['wins']
	return {name: [(r['turns'], 100 * r['won'] / r['tries']) for r in rows if r['name in'] == name] for name in ('window', 'copy', 'message')}


def zerocopy(results):
	names = {'messages': 'messages', 'window': 'window', 'kept': 'pages moved, copied before', 'moved': 'pages moved'}
	return {title: column(results['']['costs'], 'bytes', name) for name, title in names.items()}


def access(results):
	rows = results['']['revocation']
	taken = column([row for row in rows if row['guard'] == 'capability'], 'holders', 'ticks')
	listed = [row['ticks'] for row in rows if row['guard'] == 'list'][0]
	return {'the capability is revoked': taken, 'an entry of the list is deleted': [(holders, listed) for holders, _ in taken]}


def tlb(results):
	def line(variant, key, entries):
		return [(r['pages'], r[key] / 2000) for r in results['replayed: ' + variant]['misses'] if r['TLB entries'] == entries]
	return {'flushing, 64 entries': line('private pages', 'flushing', 64), 'flushing, 1536 entries': line('private pages', 'flushing', 1536),
		'tags, 64 entries': line('private pages', 'with tags', 64), 'tags, 1536 entries': line('private pages', 'with tags', 1536),
		'a window*, tags, 64 entries': line('a window', 'with tags', 64), 'a window*, tags, 1536 entries': line('a window', 'with tags', 1536)}


def energy(results):
	rows = results['']['power']
	return {'a message for %s' % ('each' if batch == 1 else batch): column([r for r in rows if r['batch'] == batch], 'requests', 'hours')
		for batch in sorted({r['batch'] for r in rows}, reverse=True)}


PLOTS = {
	'throughput.svg': Plot('throughput', 'What it costs to hand over s bytes', 's, bytes', 'instructions for one transfer', throughput,
		SIZES + "set logscale y; set format y '10^{%T}'"),
	'ratio.svg': Plot('throughput', 'Pipe / window: measured, and as the model says', 's, bytes', 'ratio R(s)', ratio, SIZES + 'set yrange [0:*]'),
	'toctou.svg': Plot('toctou', 'A name changed between check and use', "the authority's work for an answer, turns of a loop", 'tries that are won, %', toctou,
		"set yrange [0:100]"),
	'zerocopy.svg': Plot('zerocopy', 'Reading a file: what a KiB costs, set-up included', 'size of the file, bytes', 'instructions per KiB', zerocopy,
		"set logscale x 2; set logscale y; set yrange [50:10000]; set xtics ('4 Ki' 4096, '16 Ki' 16384, '64 Ki' 65536, '256 Ki' 262144, '1 Mi' 1048576)"),
	'access.svg': Plot('access', 'Taking a right back', 'holders of a capability derived from it', 'instructions, with the message to the authority', access,
		"set logscale x 2; set logscale y; set xtics (1, 4, 16, 64, 256); set xrange [1:280]; set yrange [100:100000]"),
	'tlb.svg': Plot('tlb', 'TLB misses of a ping-pong, recorded and replayed in a model', 'pages that each side touches in its turn',
		'misses for each switch, of all 2,000', tlb, "set logscale x 2; set logscale y; set xrange [1:135]; set yrange [0.1:1000]"),
	'energy.svg': Plot('energy', 'How long a battery of 15 Wh lasts, with 269 mW when idle', 'lambda, requests a second', 'hours', energy,
		"set logscale x; set xtics ('100' 100, '1,000' 1000, '10,000' 10000, '100,000' 100000); set xrange [90:120000]; set yrange [0:60]"),
	'ring.svg': Plot('ring', 'Time that a ring of K waiting threads wastes: K * tau, or nothing', 'K, threads in the ring',
		'ms that threads waited, in sum', ring, 'set yrange [0:*]; set xtics 2'),
	'inversion.svg': Plot('inversion', 'How long high waits for a critical section of 100,000 instructions (the three of each kind coincide)', "middle's run, instructions",
		"high's wait, instructions", inversion, "set logscale xy; set format x '10^{%T}'; set format y '10^{%T}'; set yrange [5e4:2e7]"),
}
