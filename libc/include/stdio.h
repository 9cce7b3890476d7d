/* Buffered input and output, and formatting. */
#ifndef STDIO_H
#define STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF          (-1)
#define BUFSIZ       4096
#define FOPEN_MAX    64
#define FILENAME_MAX 1024
#define L_tmpnam     32
#define TMP_MAX      100000
#define _IOFBF       0 /* written when the buffer is full */
#define _IOLBF       1 /* and after each line */
#define _IONBF       2 /* and after each call */
#define SEEK_SET     0
#define SEEK_CUR     1
#define SEEK_END     2

typedef struct file FILE;
typedef int64_t fpos_t;

extern FILE *stdin, *stdout, *stderr;

FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict f);
int fclose(FILE *f);
int fflush(FILE *f);
int setvbuf(FILE *restrict f, char *restrict buffer, int mode, size_t size);
void setbuf(FILE *restrict f, char *restrict buffer);
int fileno(FILE *f);

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict f);
size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict f);
int fgetc(FILE *f);
int getc(FILE *f);
int getchar(void);
int ungetc(int c, FILE *f);
char *fgets(char *restrict line, int size, FILE *restrict f);
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict f);
int fputc(int c, FILE *f);
int putc(int c, FILE *f);
int putchar(int c);
int fputs(const char *restrict s, FILE *restrict f);
int puts(const char *s);

int fseek(FILE *f, long offset, int from);
int fseeko(FILE *f, off_t offset, int from);
long ftell(FILE *f);
off_t ftello(FILE *f);
void rewind(FILE *f);
int fgetpos(FILE *restrict f, fpos_t *restrict position);
int fsetpos(FILE *f, const fpos_t *position);
int feof(FILE *f);
int ferror(FILE *f);
void clearerr(FILE *f);

/* Each function has its file to itself. These keep it over several, for the calling thread. */
void flockfile(FILE *f);
void funlockfile(FILE *f);

/* All of C17's conversions but those of wide characters; floating-point numbers come out exact, in
 * the "nearest" mode of rounding. */
#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
int printf(const char *restrict format, ...) PRINTF_LIKE(1, 2);
int fprintf(FILE *restrict f, const char *restrict format, ...) PRINTF_LIKE(2, 3);
int dprintf(int fd, const char *restrict format, ...) PRINTF_LIKE(2, 3);
int sprintf(char *restrict text, const char *restrict format, ...) PRINTF_LIKE(2, 3);
int snprintf(char *restrict text, size_t size, const char *restrict format, ...) PRINTF_LIKE(3, 4);
int asprintf(char **text, const char *format, ...) PRINTF_LIKE(2, 3);
int vprintf(const char *restrict format, va_list arguments);
int vfprintf(FILE *restrict f, const char *restrict format, va_list arguments);
int vdprintf(int fd, const char *restrict format, va_list arguments);
int vsprintf(char *restrict text, const char *restrict format, va_list arguments);
int vsnprintf(char *restrict text, size_t size, const char *restrict format, va_list arguments);
int vasprintf(char **text, const char *format, va_list arguments);
void perror(const char *what);

/* All of C17's conversions but those of wide characters. */
#define SCANF_LIKE(text, first) __attribute__((__format__(__scanf__, text, first)))
int scanf(const char *restrict format, ...) SCANF_LIKE(1, 2);
int fscanf(FILE *restrict f, const char *restrict format, ...) SCANF_LIKE(2, 3);
int sscanf(const char *restrict text, const char *restrict format, ...) SCANF_LIKE(2, 3);
int vscanf(const char *restrict format, va_list arguments);
int vfscanf(FILE *restrict f, const char *restrict format, va_list arguments);
int vsscanf(const char *restrict text, const char *restrict format, va_list arguments);

/* Of /tmp. A file that has no name, and goes when it is closed; a name that no file has (of a
 * buffer of L_tmpnam, or of the library). NULL: none was to be had. */
FILE *tmpfile(void);
char *tmpnam(char *name);
int remove(const char *path);
int rename(const char *from, const char *to);

#endif
