/* What errors and signals are called, for people. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

static const char *const error_text[] = {
	[0] = "Success",
	[EPERM] = "Operation not permitted",
	[ENOENT] = "No such file or directory",
	[ESRCH] = "No such process",
	[EINTR] = "Interrupted",
	[EIO] = "Input/output error",
	[E2BIG] = "Argument list too long",
	[ENOEXEC] = "Not a program",
	[EBADF] = "Bad file descriptor",
	[ECHILD] = "No child processes",
	[EAGAIN] = "Nothing there now",
	[ENOMEM] = "Out of memory",
	[EACCES] = "Permission denied",
	[EFAULT] = "Bad address",
	[EBUSY] = "Busy",
	[EEXIST] = "File exists",
	[ENODEV] = "No such device",
	[ENOTDIR] = "Not a directory",
	[EISDIR] = "Is a directory",
	[EINVAL] = "Invalid argument",
	[EMFILE] = "Too many open files",
	[ENOTTY] = "Not a terminal",
	[EFBIG] = "File too large",
	[ENOSPC] = "No space left",
	[ESPIPE] = "Cannot seek there",
	[EROFS] = "Read-only file system",
	[EPIPE] = "The other side is gone",
	[EDOM] = "Argument outside the domain",
	[ERANGE] = "Result not representable",
	[EDEADLK] = "Would deadlock",
	[ENAMETOOLONG] = "Name too long",
	[ENOSYS] = "No such operation",
	[ENOTEMPTY] = "Directory not empty",
	[ELOOP] = "Chain of waiters too long",
	[EPROTO] = "Message does not follow the protocol",
	[EOVERFLOW] = "Value too large",
	[EILSEQ] = "Malformed byte sequence",
	[EMSGSIZE] = "Message too long",
	[ENOTSUP] = "Not supported",
	[ETIMEDOUT] = "Timed out",
	[ESTALE] = "Lost when the server was restarted",
	[EOWNERDEAD] = "The lock's owner died",
};

static const char *const signal_text[] = {
	[SIGHUP] = "Hangup",
	[SIGINT] = "Interrupt",
	[SIGQUIT] = "Quit",
	[SIGILL] = "Illegal instruction",
	[SIGTRAP] = "Trap",
	[SIGABRT] = "Aborted",
	[SIGBUS] = "Bus error",
	[SIGFPE] = "Arithmetic exception",
	[SIGKILL] = "Killed",
	[SIGUSR1] = "User signal 1",
	[SIGSEGV] = "Segmentation fault",
	[SIGUSR2] = "User signal 2",
	[SIGPIPE] = "Broken pipe",
	[SIGALRM] = "Alarm clock",
	[SIGTERM] = "Terminated",
	[SIGCHLD] = "Child ended",
	[SIGCONT] = "Continued",
	[SIGSTOP] = "Stopped",
	[SIGTSTP] = "Stopped at the terminal",
	[SIGTTIN] = "Stopped: terminal input",
	[SIGTTOU] = "Stopped: terminal output",
	[SIGURG] = "Urgent data",
	[SIGXCPU] = "Too much processor time",
	[SIGXFSZ] = "File too large",
	[SIGVTALRM] = "Virtual timer",
	[SIGPROF] = "Profiling timer",
	[SIGPOLL] = "Something to poll",
	[SIGSYS] = "Bad system call",
};

#define COUNT(table) (int)(sizeof(table) / sizeof(*(table)))

/* "Unknown error 4711" */
static char *unknown(char *text, const char *what, int number)
{
	char digits[12], *d = digits + sizeof digits;
	unsigned n = number < 0 ? -(unsigned)number : (unsigned)number;

	*--d = 0;
	do
		*--d = (char)('0' + n % 10);
	while (n /= 10);
	if (number < 0)
		*--d = '-';
	return strcat(strcpy(text, what), d);
}

char *strerror(int number)
{
	static char text[32];

	if (number >= 0 && number < COUNT(error_text) && error_text[number])
		return (char *)error_text[number];
	return unknown(text, "Unknown error ", number);
}

int strerror_r(int number, char *text, size_t size)
{
	return strlcpy(text, strerror(number), size) < size ? 0 : ERANGE;
}

char *strsignal(int number)
{
	static char text[32];

	if (number > 0 && number < COUNT(signal_text) && signal_text[number])
		return (char *)signal_text[number];
	return unknown(text, "Unknown signal ", number);
}
