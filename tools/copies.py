"""Copies of the tree, and patches for them: what tools/mutants and tools/bench change code in. The working tree is not touched."""
import os
import subprocess


def copy_tree(folder):
	"""Copies the tree that we are in, and what is built of it, into a folder that is not there yet."""
	listed = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
		stdout=subprocess.PIPE, check=True).stdout.split(b'\0')
	os.mkdir(folder)
	# Times are kept, so that make finds build/ up to date.
	subprocess.run(['cp', '-a', '--parents', '--reflink=auto', *[f for f in listed if f and os.path.lexists(f)], folder], check=True)
	if os.path.isdir('build'):
		subprocess.run(['cp', '-a', '--reflink=auto', 'build', folder], check=True)


def apply_patch(path, folder, *options):
	"""What patch said if it does not apply, or None."""
	p = subprocess.run(['patch', '-p1', '--fuzz=0', '--batch', '--no-backup-if-mismatch', *options, '-d', folder, '-i',
		os.path.abspath(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	return p.stdout.strip() if p.returncode else None
