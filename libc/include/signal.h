/* Signals: how a process ended, or is to end; and handlers.
 *
 * What a program raises itself, by raise() and abort(), kill() of itself, and SIGPIPE, which
 * write() raises, is the raising thread's: its mask holds it back, its stack runs the handler.
 *
 * For what comes from elsewhere (kill, Ctrl-C) the handler runs in a thread of the library's own,
 * beside the main thread, whose mask counts. So it may do what POSIX lets a handler do (set a
 * volatile sig_atomic_t, write, _exit), but not leave by longjmp. The main thread's sleep, pause,
 * waitpid, and read from the terminal are interrupted (EINTR); other calls and computing go on.
 *
 * A fault ends the process. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <sys/types.h>

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGCHLD   17
#define SIGCONT   18 /* nothing stops a process: these five do nothing by default */
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGPOLL   29
#define SIGSYS    31
#define NSIG      32

typedef int sig_atomic_t;
typedef uint32_t sigset_t; /* bit n: signal n */

union sigval {
	int sival_int;
	void *sival_ptr;
};

#define SI_USER 0

typedef struct {
	int si_signo, si_code, si_errno; /* SI_USER */
	pid_t si_pid;                    /* one's own; 0: it came from elsewhere */
	union sigval si_value;
} siginfo_t;

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)

/* sa_flags */
#define SA_SIGINFO   0x1 /* sa_sigaction is the handler; its third argument is NULL */
#define SA_RESETHAND 0x2 /* SIG_DFL from the moment of the call on */
#define SA_NODEFER   0x4 /* the signal itself is not held back meanwhile */
#define SA_RESTART   0x8 /* waitpid and read go on afterwards */

struct sigaction {
	union {
		void (*sa_handler)(int);
		void (*sa_sigaction)(int, siginfo_t *, void *);
	};
	sigset_t sa_mask; /* what else is held back while the handler runs */
	int sa_flags;
};

/* What is to happen from now on; what was. SIG_ERR, with EINVAL: there
 * is no such signal, or it is SIGKILL or SIGSTOP. The handler stays, and may be called again while
 * it runs, so it may be left by longjmp when the program raised it. As with SA_RESTART. */
void (*signal(int number, void (*handler)(int)))(int);
/* The same, with more to say. 0, or -1 with EINVAL as above, or for a flag that is none of SA_*. */
int sigaction(int number, const struct sigaction *restrict new, struct sigaction *restrict old);
/* To oneself: as raise(). */
int kill(pid_t pid, int signal);
int raise(int signal);

/* A signal's name without SIG; the signal of a name, or of a number in digits. -1: there is none.
 */
#define SIG2STR_MAX 8 /* bytes of a name, its NUL included */
int sig2str(int number, char *name);
int str2sig(const char *restrict name, int *restrict number);

/* 0 (sigismember: or 1); -1, with EINVAL: there is no such signal. */
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int number);
int sigdelset(sigset_t *set, int number);
int sigismember(const sigset_t *set, int number);

/* What the thread holds back, never SIGKILL and SIGSTOP. What is raised meanwhile is pending, once,
 * and happens before the call that lets it through returns. -1, with EINVAL: how is none of these.
 */
#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigpending(sigset_t *set);
/* Holds back this set alone until a handler has run. -1 with EINTR. */
int sigsuspend(const sigset_t *set);

/* The same one signal at a time, as System V has it. 0, or -1 with EINVAL: as signal. */
int sighold(int number);
int sigrelse(int number);
int sigignore(int number);
/* SIG_HOLD holds it back; anything else is let through, with the signal held back while its handler
 * runs. What it was, or SIG_HOLD when it was held back. */
#define SIG_HOLD ((void (*)(int))2)
void (*sigset(int number, void (*handler)(int)))(int);

#endif
