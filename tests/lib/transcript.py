"""Sessions that the pages show, as a reader would type them: README.md and docs/. A block, indented or between ```, is one
session when a line of it begins with the prompt."""
import glob
import re

OWN_TEST = 'docs/new-server.md', # what it shows changes the tree: its own test plays it in a copy (tests/boot/new_server.py)
NUMBER = r'0x[0-9a-f]+|\d+(?:\.\d+)?'


def sessions(prompt, pages=None):
	"""(page, [(command, the lines below it)]) of each block in which something is typed at this prompt."""
	found = []
	every = ['README.md', *sorted(glob.glob('docs/**/*.md', recursive=True))]
	for page in pages or [page for page in every if page not in OWN_TEST]:
		with open(page) as file:
			text = file.read()
		for fenced, indented in re.findall(r'^```\w*\n(.*?)^```|((?:^(?:    |\t)[^\n]*\n)+)', text, re.M | re.S):
			parts = re.split('^ *' + re.escape(prompt), fenced or indented, flags=re.M)[1:]
			if parts:
				found.append((page, [tuple(part.rstrip('\n').partition('\n')[::2]) for part in parts]))
	return found


def alike(got, shown, close=None):
	"""Whether what was printed reads as the page shows it. A line of ... stands for any lines, ... in a line for anything; how wide
	columns are set is nobody's business. Figures may be any, or those that are not close(figure, as shown) are seen."""
	got, shown = ([' '.join(line.split()) for line in text.splitlines() if line.strip()] for text in (got, shown))
	return _lines(got, shown, close)


def _lines(got, shown, close):
	if not shown:
		return not got
	if shown[0] == '...':
		return any(_lines(got[i:], shown[1:], close) for i in range(len(got) + 1))
	return bool(got) and _line(got[0], shown[0], close) and _lines(got[1:], shown[1:], close)


def _line(got, shown, close):
	pieces = re.split(r'(%s|\.\.\.)' % NUMBER, shown)
	figures = [p for p in pieces[1::2] if p != '...']
	pattern = ''.join(re.escape(p) if i % 2 == 0 else '.*' if p == '...' else '(%s)' % NUMBER for i, p in enumerate(pieces))
	match = re.fullmatch(pattern, got)
	return bool(match) and (not close or all(close(_figure(a), _figure(b)) for a, b in zip(match.groups(), figures)))


def _figure(text):
	return int(text, 16) if text.startswith('0x') else float(text)
