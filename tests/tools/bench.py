#!/usr/bin/python3
"""tools/bench refuses what is no result and sees what rose; tools/path counts what the TSC counts."""
import copy, json, os, re, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)) + '/../lib')
from atoll import *


def tool(*words):
	p = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
	return Done(p.returncode, p.stdout, p.stderr, '')


# ---- Comparing ------------------------------------------------------------------------------------------------------

folder = tempfile.TemporaryDirectory()
row = {'total': 1100, 'user': 50, 'kernel': 1000, 'copy': 50, 'serialising': {'syscall': 2}}
expected = {'qemu': 'Q', 'gcc': 'G', 'cpu': 'C', 'left_out': {}, 'rows': {'one': row, 'two': {**row}},
	'ideas': {'clever': {'one': 1200}}, 'growth': {'walk': [1, 2, 3, 4]}}


def compare(result, against=expected):
	"""What the tool says of this result; each is an object, or the text of the file."""
	paths = []
	for name, what in ('result', result), ('expected', against):
		paths.append('%s/%s' % (folder.name, name))
		with open(paths[-1], 'w') as file:
			file.write(what if isinstance(what, str) else json.dumps(what))
	return tool('tools/bench', '--compare', '--result', paths[0], '--expected', paths[1])


def changed(**parts):
	"""The expected result, but for parts of row one; its total is their sum."""
	result = copy.deepcopy(expected)
	one = result['rows']['one']
	one.update(parts)
	one['total'] = one['user'] + one['kernel'] + one['copy']
	return result


done = compare(expected)
ok(done.status == 0 and 'as expected' in done.text and '->' not in done.text, 'the same is as expected', done)
done = compare(changed(kernel=1020))
ok(done.status == 0 and 'one: kernel 1000 -> 1020\n' in done.text, 'a rise of 2 % is shown, and passes', done)
done = compare(changed(kernel=1021))
ok(done.status == 1 and 'one: kernel 1000 -> 1021: ROSE' in done.text and 'two:' not in done.text, 'a greater one fails', done)
done = compare(changed(), changed(kernel=970))
ok(done.status == 1 and 'one: kernel 970 -> 1000: ROSE' in done.text, 'so it does when the expectation was tampered with', done)
done = compare(changed(kernel=900))
ok(done.status == 0 and 'one: total 1100 -> 1000\n' in done.text, 'a fall is shown, and passes', done)
done = compare(changed(copy=60, kernel=990))
ok(done.status == 1 and 'one: copy 50 -> 60: ROSE' in done.text, 'more copying fails with the same total', done)
done = compare(changed(serialising={'syscall': 2, 'mov_cr0': 1}))
ok(done.status == 1 and 'one: mov_cr0 0 -> 1: ROSE' in done.text, 'a new kind of serialising instruction fails', done)
priced = {'total': 160, 'user': 18, 'kernel': 142, 'copy': 0, 'serialising': {'syscall': 2, 'sysret': 2, 'swapgs': 4, 'mov_cr3': 2}}
for what, expectation, row in (
		('priced one by one, the rest 2 to 1 a cycle', '865 to 940', priced),
		('no estimate with what has no price', '', {**priced, 'serialising': {**priced['serialising'], 'wrmsr': 1}}),
		('nor with an entry that is no system call', '', {**priced, 'serialising': {'sysret': 1, 'swapgs': 2}}),
		('nor with copying', '', {**priced, 'kernel': 140, 'copy': 2}),
		('nor outside the kernel', '', {'total': 7, 'user': 7, 'kernel': 0, 'copy': 0, 'serialising': {}})):
	done = compare({**expected, 'rows': {'it': row}, 'ideas': {}})
	line = re.search(r'^it .*', done.text, re.M)[0]
	equal((re.findall(r'\d+ to \d+', line) or [''])[0], expectation, 'cycles: ' + what)
less = copy.deepcopy(expected)
del less['rows']['two']
done = compare(less)
ok(done.status == 1 and 'two: gone' in done.text, 'a row that is gone fails', done)
done = compare(expected, less)
ok(done.status == 0 and 'two: new' in done.text, 'a new one is shown, and passes', done)
done = compare({**expected, 'ideas': {'clever': {'one': 1300}}})
ok(done.status == 0 and "without clever: {'one': 1200} -> {'one': 1300}" in done.text, 'what an idea saves is shown when it differs', done)
ok(re.search(r'^clever +1,300 +200$', done.text, re.M), 'and so is how much that is', done)
done = compare({**expected, 'growth': {'walk': [1, 2, 3, 5]}})
ok(done.status == 0 and 'walk: [1, 2, 3, 4] -> [1, 2, 3, 5]\n' in done.text, 'a cost that grows otherwise is shown', done)
done = compare({**expected, 'ideas': {}})
ok(done.status == 1 and 'without clever: ' in done.text and 'gone' in done.text, 'an idea that is gone fails', done)
done = compare({**changed(kernel=5000), 'gcc': 'another'})
ok(done.status == 0 and 'not compared' in done.text and 'another' in done.text, 'with another compiler: not compared, and said', done)

wrong = copy.deepcopy(expected)
wrong['rows']['one']['total'] += 1
for what, bad in {
		'no file': None, 'nothing in it': '', 'no JSON': '{', 'a list': [], 'no rows': {'rows': 1}, 'parts that are not the total': wrong,
		'no versions': {'rows': {}, 'ideas': {}, 'growth': {}}, 'no ideas': {**expected, 'ideas': None},
		'an idea about no row': {**expected, 'ideas': {'clever': {'three': 1}}}}.items():
	done = tool('tools/bench', '--compare', '--result', folder.name + '/none') if bad is None else compare(bad)
	ok(done.status == 2 and 'is no result of a benchmark' in done.errors, 'refused: ' + what, done)
equal(tool('tools/bench', '--quickly').status, 2, 'an unknown option')
equal(tool('tools/bench', '--help').status, 0, 'tools/bench --help')

# ---- Stepping -------------------------------------------------------------------------------------------------------

built = tool('make', '-s', BUILD + '/tests/bench/archive.tar')
ok(built.status == 0, 'the benchmarks are built', built)
listed = tool('tools/path', '--list').text.split()
ok({'null', 'ipc.rt.0w.xas', 'irq', 'spawn'} <= set(listed), 'tools/path --list', listed)
done = tool('tools/path', 'nonsense')
ok(done.status == 2 and 'no case nonsense' in done.errors, 'an unknown case', done)
equal(tool('tools/path').status, 2, 'no case')
equal(tool('tools/path', '--help').status, 0, 'tools/path --help')

told = run(None, '--icount', '--cpu', 'max,-rdrand,-rdseed', '--module', 'init=%s/root/tests/bench' % BUILD)
measured = {name: (int(least), int(median)) for name, least, median in re.findall(r'^# row (\S+) (\d+) (\d+)$', told.text, re.M)}
ok(measured.get('measuring') == (0, 0), 'nothing costs nothing', told)
ok(all(least == median for least, median in measured.values()), 'each row: least and median are the same', told)

done = tool('tools/path', 'ipc.rt.0w.xas')
head = re.match(r'ipc\.rt\.0w\.xas: (\d+) instructions: user (\d+), kernel (\d+), copy (\d+);', done.text)
if ok(head, 'tools/path ipc.rt.0w.xas', done):
	total, *parts = map(int, head.groups())
	equal(total, measured['ipc.rt.0w.xas'][0], 'stepping counts what the TSC counts')
	equal(sum(parts), total, 'user, kernel and copy are the whole')
	ok('syscall 2' in done.text and 'sysret 2' in done.text and 'mov_cr3 2' in done.text, 'two crossings, two spaces', done)
	runs = re.findall(r'^ *(\d+) +(\d+) +(\d+)  ([\w./]+):(\d+) (\w+)$', done.text, re.M)
	equal(sum(int(r[0]) for r in runs), total, 'the runs of the list are all of it')
	last = re.search(r'^ *%d +(\d+) +(\d+)  in all$' % total, done.text, re.M)
	ok(last and int(last[1]) == sum(int(r[1]) for r in runs) and int(last[2]) == sum(int(r[2]) for r in runs), 'so are their lines', done)
	ok(0 < int(last[1]) <= total and 10 < int(last[2]) < total, 'of which there are some', done)
	places = [(r[3], r[5]) for r in runs]
	entries = {'entry_syscall', 'entry_syscall_long'} # the other without the short cut
	equal(sum(path == 'kernel/x86/entry.S' and name in entries for path, name in places), 2, 'entered twice')
	ok(all(os.path.exists(path) for path, _ in places), 'each file is there', done)
done = tool('tools/path', '--json', 'irq', 'fault.rt')
rows = json.loads(done.text)['rows'] if done.status == 0 else {}
ok(sorted(rows) == ['fault.rt', 'irq'], 'an interrupt and a fault', done)
equal([rows[r]['total'] for r in rows], [measured[r][0] for r in rows], 'stepped through: what the TSC counts')
finish()
