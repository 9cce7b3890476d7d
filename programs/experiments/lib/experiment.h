/* What experiments share: tables for people and for programs, ticks, and processes that an
 * experiment starts itself. docs/experiments/README.md tells what an experiment is.
 *
 * A program begins with experiment_begin(), declares a table and fills it cell by cell:
 *
 *	argc = experiment_begin("name", argc, argv, usage);
 *	table("sizes", "bytes|pipe|window");
 *	cell(16), cell(5000), cell(1200);
 *
 * People see columns; with --json each row is a line {"table": "sizes", "bytes": 16, ...}, and
 * nothing else is printed on standard output. */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include <atoll/loader.h>
#include <atoll/sys.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- The program ------------------------------------------------------------------------------
 */

/* Answers --help, takes --json out of the arguments: how many are left. */
int experiment_begin(const char *name, int argc, char **argv, const char *usage);
/* Status 0, or 1 when something could not be written. */
int experiment_end(void);
bool experiment_json(void);
/* "NAME: WHAT: reason", and the program ends with status 1. error: of either sign. */
_Noreturn void experiment_fail(const char *what, int error);
/* Fails unless a result is 0 or more; passes it on. */
int64_t must(int64_t result, const char *what);
/* The number in an argument, or the program ends with a message and status 2. */
uint64_t experiment_number(const char *what, const char *text, uint64_t least, uint64_t most);

/* For people only. */
void say(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* ---- Tables -----------------------------------------------------------------------------------
 */

/* Begins one: the heads of its columns, "|" between them, are its keys too. "HEAD:20" has 20
 * places.
 */
void table(const char *name, const char *heads);
/* The next cell; the last one of a row prints it. Wanted in order. */
void cell(int64_t value);
void cell_milli(int64_t thousandths);
void cell_text(const char *text);

/* ---- Ticks: of the TSC; under --icount instructions of the guest -------------------------------
 */

static inline uint64_t ticks(void)
{
	return __builtin_ia32_rdtsc();
}

/* y = a * x1 + b * x2, by least squares of the relative errors (fit_float.c). Results in
 * thousandths. The thread that calls this has touched the FPU from then on. */
struct fit_point {
	uint64_t x1, x2, y;
};
void fit(const struct fit_point *points, unsigned count, int64_t *a_milli, int64_t *b_milli);

/* ---- Actors: processes of the experiment's own ------------------------------------------------
 */

/* This program once more, in a space of its own, as argv says. It can do what its capabilities
 * (startup_cap in it) allow, and has the experiment's standard output and error. The experiment is
 * its supervisor: its exit and its faults come here. */
struct actor {
	struct program program;
	uint32_t incarnation; /* what it is told: the experiment counts, if it starts one anew */
};

#define ACTOR_CAPS 6

/* argv: ended by NULL; its first word becomes the space's name. image NULL: this program; else the
 * path of another. priority 0: the experiment's own. */
void actor_start(struct actor *a, const char *image, const char *const *argv,
    const struct program_cap *caps, unsigned priority);
/* How one of them ended: its status as waitpid tells it. text: what a fault was. */
struct actor_end {
	struct actor *actor; /* NULL: none did until the deadline */
	int status;
	char text[96];
};
struct actor_end actor_wait(uint64_t deadline);
/* Ends it if it has not ended. */
void actor_stop(struct actor *a);
/* What its further threads report faults to, as its first one does. Ours to delete. */
cap_t actor_pager(const struct actor *a);

/* A new endpoint, all rights. */
cap_t new_endpoint(void);
/* A server that init started. */
cap_t server_named(const char *name);

#endif
