/* The shell's variables. Pure. Those that are exported go to programs; what the shell was given is
 * exported. */
#ifndef SH_VARIABLES_H
#define SH_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

/* The value, or NULL. */
const char *variable_get(const char *name);
/* Sets it; it stays exported if it was. */
void variable_set(const char *name, const char *value);
/* Marks it exported; one that is not there becomes empty. */
void variable_export(const char *name);
void variable_unset(const char *name);
/* Takes "NAME=value" strings over, exported. What has no name is left out. */
void variables_import(char *const *environment);
/* "NAME=value" of all that are exported, ended by NULL; `extra` (may be NULL) more of them, which
 * go before; `all`: those that are not exported, too. To be freed as a whole with free(). */
char **variables_environment(char *const *extra, bool all);
/* The nth of them in the order they were made: "NAME=value"; NULL: no more. */
const char *variable_list(size_t n, bool *exported);

#endif
