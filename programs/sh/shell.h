/* What the shell's files share. Reading order: main.c (where commands come from), parse.c, run.c
 * (what is done with them), compound.c, pipeline.c, spawn.c (programs), redirect.c, builtin.c,
 * jobs.c, trap.c, complete.c (the Tab key). */
#ifndef SH_SHELL_H
#define SH_SHELL_H

#include "expand.h"
#include "parse.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define STATUS_SYNTAX     2
#define STATUS_CANNOT_RUN 126 /* it is there, but no program */
#define STATUS_NOT_FOUND  127
#define STATUS_SIGNAL(n)  (128 + (n))

struct shell {
	int status;             /* $? */
	pid_t last_background;  /* $! */
	char **arguments;       /* $0, $1 ... ended by NULL */
	bool interactive;       /* somebody types at it */
	bool has_terminal;      /* standard input is one: Ctrl-C is for the program in front */
	bool interrupted;       /* a program ended by Ctrl-C: what follows in the list is not run */
	bool child_interrupted; /* the last program that was waited for ended so */
	bool keeps_redirects;   /* `exec` without a program: its redirections stay */
	unsigned loops;         /* that we are inside of */
	unsigned leaving;       /* so many of them are to be left; */
	bool again;             /* but the last of those goes on with its next turn */
	int substituted;        /* status of the last $(...) of a command, else 0 */
	bool wrong;             /* a word of the command could not be expanded */
	bool returning;         /* the function, or the file that `.` reads, ends */
	bool exit_on_error;     /* set -e */
	bool trace;             /* set -x */
	unsigned tested;        /* conditions that we are inside of: set -e does not count there */
};
extern struct shell shell;

/* Messages: "sh: ..." to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Where a program stands: what its standard input and output are, before redirections. */
struct place {
	int in, out;       /* a descriptor of ours, or one of: */
#define PLACE_OURS    (-1) /* what ours is */
#define PLACE_NOTHING (-2) /* closed */
};
extern const struct place in_front, in_background;

/* ---- run.c ----------------------------------------------------------------------------------- */
/* Runs commands; the text is the one they were parsed from. Returns shell.status. */
int run_list(const struct list *list, const char *text);
/* Parses and runs. origin: name of the file, or NULL; for messages. */
int run_text(const char *text, const char *origin);
void report_syntax_error(const char *text, const char *origin, const struct syntax_error *error);
extern const struct expander expander;
/* Is nothing more of this list to be run? */
bool list_is_left(void);
/* As run_list, inside a command. */
void run_inside(const struct list *list, const char *text);
/* The command's assignments and words, as they are when it is run. */
void expand_command(
    const struct command *command, struct arguments *assignments, struct arguments *arguments);

/* A text, in the middle of another one. */
int run_within(const char *text, const char *origin);

/* ---- trap.c ---------------------------------------------------------------------------------- */
/* Before each prompt: Ctrl-C is caught by the shell that somebody types at. */
void traps_begin(void);
/* Does what is to be done for the signals that have come. */
void traps_run(void);
/* Has Ctrl-C come for the shell, and it knows of nothing better than to stop? */
bool trap_interrupted(void);
/* A program in front ended by Ctrl-C. True: the shell has a trap for that, and goes on. */
bool trap_child_interrupted(void);
void run_exit_trap(void);
/* exit, with what is to be done on EXIT before it. */
_Noreturn void leave_shell(int status);

/* ---- compound.c ------------------------------------------------------------------------------ */
/* if, while, until, for, case, { }, ( ). Returns the status. */
int run_compound(const struct command *command, const char *text);
/* What a text prints when it is run; allocated. Its status is shell.substituted. */
char *command_output(const char *text, size_t length);
/* All that comes, ended by NUL, allocated; what is behind a NUL is lost. */
char *read_all(int fd);

/* ---- function.c ------------------------------------------------------------------------------ */
struct function;
/* From the text of its body. */
void function_define(const char *name, const char *text);
struct function *find_function(const char *name);
/* Its arguments are $1 ... meanwhile. Returns the status. */
int function_call(struct function *function, char **argument);
/* The nth there is, or NULL. */
const char *function_name(size_t n);
void function_forget(const char *name);
/* This variable has its value again when the function returns. False: we are in none. */
bool function_local(const char *name);
/* Functions go to other shells in the environment, as "NAME()=TEXT": adds these strings. */
void functions_export(struct arguments *strings);
void functions_import(char *const *environment);
/* Other $1 ..., NULL at the end, for good (`set`). False: out of memory. */
bool set_arguments(char *const *argument);

/* ---- pipeline.c ------------------------------------------------------------------------------ */
/* Runs first | ... | last, two commands at least. The status of the last. */
int run_pipeline(const struct command *first, const struct command *last, const char *text);
/* Starts a command as a program; a builtin or a compound command as another shell with its text. 0:
 * with *status set. */
pid_t spawn_part(
    const struct command *command, const char *text, const struct place *place, int *status);

/* ---- redirect.c ------------------------------------------------------------------------------ */
/* A redirection with its file opened. */
struct opened {
	int to;     /* the descriptor that changes */
	int from;   /* what it shall be */
	bool close; /* from was opened for this */
};
/* Opens what the redirections of a command name; *opened is to be given to redirects_close. False:
 * it was said why. */
bool redirects_open(const struct command *command, struct opened **opened);
void redirects_close(const struct command *command, struct opened *opened);
/* For builtins: changes the shell's own descriptors, and back. */
bool redirects_apply(const struct command *command, const struct opened *opened, int saved[]);
/* opened NULL: what was changed stays so. */
void redirects_undo(const struct command *command, const struct opened *opened, const int saved[]);

/* ---- spawn.c --------------------------------------------------------------------------------- */
/* Starts a program with further "NAME=value" strings (NULL, or ended by NULL). Returns its pid, or
 * 0 with *status set and the reason told. Redirections win over its place. */
pid_t spawn(char **arguments, char *const *environment, const struct command *command,
    const struct opened *opened, const struct place *place, int *status);
/* Where a program of this name is, by PATH: allocated; NULL: nowhere. */
char *find_program(const char *name);
/* Another shell that runs a text. */
pid_t spawn_shell(const char *text, const struct place *place, int *status);
/* Ctrl-C is for this program from now on; come_back() wants the result. */
int64_t go_in_front(pid_t pid);
void come_back(int64_t before);
/* Waits for a program in front of the terminal. Returns its status as $? has it. */
int wait_in_front(pid_t pid, const char *name);

/* ---- jobs.c: programs in the background ------------------------------------------------------ */
void jobs_add(pid_t pid, const char *text, size_t length);
/* Tells of those that have ended. */
void jobs_report(void);
void jobs_list(void);
/* The pid of a job, by that or by its place from 1 on; or -1. */
pid_t jobs_find(long number);
/* Waits for a job (0: the last one) as for a program in front. */
int jobs_foreground(pid_t pid);
/* Waits for one (or with 0 for all): status of the last. */
int jobs_wait(pid_t pid);

/* ---- builtin.c ------------------------------------------------------------------------------- */
typedef int builtin(int argc, char **argv);
builtin *find_builtin(char *const *argument);
/* The nth name that a builtin has, or NULL. */
const char *builtin_name(size_t n);
builtin builtin_test; /* test.c */
builtin builtin_trap; /* trap.c */
/* "-ex", "+x". False: others, or none. */
bool set_options(const char *letters);
/* control.c */
builtin builtin_set, builtin_eval, builtin_dot, builtin_return, builtin_exec, builtin_local,
    builtin_type;

/* ---- complete.c ------------------------------------------------------------------------------ */
/* Reads what is typed at the terminal, as read() does; Tab completes words meanwhile. */
ssize_t read_typed(char *bytes, size_t size);

/* ---- glob.c ---------------------------------------------------------------------------------- */
/* Adds the names of files that match a pattern, sorted. */
void match_files(const char *pattern, struct arguments *names);

#endif
