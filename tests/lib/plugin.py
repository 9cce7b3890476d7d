"""QEMU plugins: what they see of a run needs nothing in the kernel. (tools/run loads what ATOLL_PLUGIN names.)"""
import re
import subprocess


def version():
	"""QEMU refuses a plugin made for another version of the interface; what we use of it has not changed."""
	said = subprocess.run(['qemu-system-x86_64', '--version'], stdout=subprocess.PIPE, text=True).stdout
	return 1 if int(re.search(r'version (\d+)', said)[1]) < 9 else 2


def build_plugin(source, plugin):
	subprocess.run(['gcc', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden', '-DPLUGIN_VERSION=%d' % version(),
		'-o', plugin, source], check=True)
