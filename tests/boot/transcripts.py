#!/usr/bin/python3
"""What the pages show is what one sees: each command behind "    $ " that begins with tools/run is run, and must print the
lines below it. Figures may differ by a quarter, or by 5: they change with the kernel, what they say does not."""
import glob, os, re, shlex, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *
from variant import together

NUMBER = re.compile(r'(\d+(?:\.\d+)?)')


def transcripts(path):
	"""(command, the lines that it prints)"""
	with open(path) as page:
		for block in re.findall(r'(?:^    .*\n)+', page.read(), re.M):
			for part in re.split(r'^    \$ ', block, flags=re.M)[1:]:
				command, *lines = part.splitlines()
				if command.startswith('tools/run '):
					yield path, command, [line.strip() for line in lines]


def alike(got, expected):
	"""Line by line the same words, and figures close to each other."""
	if len(got) != len(expected):
		return False
	for words, wanted in zip(map(NUMBER.split, got), map(NUMBER.split, expected)):
		# Every second piece is a figure. How wide they are set is nobody's business.
		if [w.split() for w in words[::2]] != [w.split() for w in wanted[::2]]:
			return False
		for a, b in zip(map(float, words[1::2]), map(float, wanted[1::2])):
			if abs(a - b) > max(b / 4, 5):
				return False
	return True


def work(transcript):
	options = shlex.split(transcript[1])[1:]
	at = options.index('-c')
	return run(options[at + 1], *options[:at], *options[at + 2:])


shown = [t for path in sorted(glob.glob('docs/**/*.md', recursive=True)) for t in transcripts(path)]
ok(len(shown) >= 4, 'there are transcripts')
for (path, command, lines), done in zip(shown, together(work, shown)):
	got = [line.strip() for line in done.text.splitlines()][-len(lines):]
	ok(alike(got, lines), '%s: %s' % (path, command), '\n'.join(['it prints', *got, 'the page says', *lines]))
ok(not alike(['a 1'], ['b 1']) and not alike(['a 1'], ['a 7']) and not alike([], ['a']) and alike(['a  99'], ['a 100']),
	'another word, another figure, a line less would be seen')
finish()
