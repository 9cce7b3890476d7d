/* TAP, written on the target: https://testanything.org. ok() or is() for each thing that is
 * expected, `return tap_done()` at the end of main.
 *
 * Each line goes out at once. A story that crashes half-way has told what it did, but no plan, so
 * whoever reads it knows that it is not whole. */
#ifndef TESTS_TARGET_TAP_H
#define TESTS_TARGET_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#define TAP_NAME(text, first) __attribute__((format(printf, text, first)))

/* Passes the condition on, so that a story can do without what has failed. */
bool ok(bool passed, const char *name, ...) TAP_NAME(2, 3);
/* What a call answered against what was expected. A failure shows both, errors by name. */
bool is(int64_t got, int64_t expected, const char *name, ...) TAP_NAME(3, 4);
/* A test that this machine cannot run, and why. */
void skip(const char *why, const char *name, ...) TAP_NAME(2, 3);
/* A comment. */
void note(const char *text, ...) TAP_NAME(1, 2);
/* Nothing further can be tested. */
_Noreturn void bail_out(const char *why, ...) TAP_NAME(1, 2);
/* The plan. The result is main's: 0 when everything passed. */
int tap_done(void);
/* The name of an error number, without sign: "EBADF". */
const char *error_name(int error);

#endif
