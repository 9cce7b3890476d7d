/* Lets a host test hold two C libraries: the host's under its names, Atoll's under atoll_NAME.
 *
 * The headers of the host, all that the sources want, come first; then this one; then Atoll's
 * headers, which declare atoll_memcpy..., and its sources, which define them; then this one again:
 * from there on names are the host's.
 *
 * So the sources are part of the test's file, and its SOURCES line does not list them. With
 * HOST_STRING defined they use the host's string.h and ctype.h, with HOST_HEAP the host's malloc:
 * those have tests of their own. */
#ifndef LIBC_RENAMED
#define LIBC_RENAMED
#undef memcpy
#define memcpy atoll_memcpy
#undef memmove
#define memmove atoll_memmove
#undef memccpy
#define memccpy atoll_memccpy
#undef memset
#define memset atoll_memset
#undef memcmp
#define memcmp atoll_memcmp
#undef memchr
#define memchr atoll_memchr
#undef memrchr
#define memrchr atoll_memrchr
#undef memmem
#define memmem atoll_memmem
#undef strlen
#define strlen atoll_strlen
#undef strnlen
#define strnlen atoll_strnlen
#undef strcpy
#define strcpy atoll_strcpy
#undef stpcpy
#define stpcpy atoll_stpcpy
#undef strncpy
#define strncpy atoll_strncpy
#undef stpncpy
#define stpncpy atoll_stpncpy
#undef strcat
#define strcat atoll_strcat
#undef strncat
#define strncat atoll_strncat
#undef strlcpy
#define strlcpy atoll_strlcpy
#undef strlcat
#define strlcat atoll_strlcat
#undef strcmp
#define strcmp atoll_strcmp
#undef strncmp
#define strncmp atoll_strncmp
#undef strcoll
#define strcoll atoll_strcoll
#undef strxfrm
#define strxfrm atoll_strxfrm
#undef strchr
#define strchr atoll_strchr
#undef strrchr
#define strrchr atoll_strrchr
#undef strspn
#define strspn atoll_strspn
#undef strcspn
#define strcspn atoll_strcspn
#undef strpbrk
#define strpbrk atoll_strpbrk
#undef strstr
#define strstr atoll_strstr
#undef strtok
#define strtok atoll_strtok
#undef strtok_r
#define strtok_r atoll_strtok_r
#undef strsep
#define strsep atoll_strsep
#undef strdup
#define strdup atoll_strdup
#undef strndup
#define strndup atoll_strndup
#undef strerror
#define strerror atoll_strerror
#undef strerror_r
#define strerror_r atoll_strerror_r
#undef strsignal
#define strsignal atoll_strsignal
#undef strcasecmp
#define strcasecmp atoll_strcasecmp
#undef strncasecmp
#define strncasecmp atoll_strncasecmp
#undef ffs
#define ffs atoll_ffs
#undef isalnum
#define isalnum atoll_isalnum
#undef isalpha
#define isalpha atoll_isalpha
#undef isblank
#define isblank atoll_isblank
#undef iscntrl
#define iscntrl atoll_iscntrl
#undef isdigit
#define isdigit atoll_isdigit
#undef isgraph
#define isgraph atoll_isgraph
#undef islower
#define islower atoll_islower
#undef isprint
#define isprint atoll_isprint
#undef ispunct
#define ispunct atoll_ispunct
#undef isspace
#define isspace atoll_isspace
#undef isupper
#define isupper atoll_isupper
#undef isxdigit
#define isxdigit atoll_isxdigit
#undef isascii
#define isascii atoll_isascii
#undef tolower
#define tolower atoll_tolower
#undef toupper
#define toupper atoll_toupper
#undef malloc
#define malloc atoll_malloc
#undef aligned_alloc
#define aligned_alloc atoll_aligned_alloc
#undef calloc
#define calloc atoll_calloc
#undef realloc
#define realloc atoll_realloc
#undef reallocarray
#define reallocarray atoll_reallocarray
#undef free
#define free atoll_free
#undef abort
#define abort atoll_abort
#undef exit
#define exit atoll_exit
#undef _Exit
#define _Exit atoll__Exit
#undef atexit
#define atexit atoll_atexit
#undef getenv
#define getenv atoll_getenv
#undef setenv
#define setenv atoll_setenv
#undef unsetenv
#define unsetenv atoll_unsetenv
#undef putenv
#define putenv atoll_putenv
#undef atoi
#define atoi atoll_atoi
#undef atol
#define atol atoll_atol
#undef atoll
#define atoll atoll_atoll
#undef strtod
#define strtod atoll_strtod
#undef strtof
#define strtof atoll_strtof
#undef strtold
#define strtold atoll_strtold
#undef atof
#define atof atoll_atof
#undef strtol
#define strtol atoll_strtol
#undef strtoul
#define strtoul atoll_strtoul
#undef strtoll
#define strtoll atoll_strtoll
#undef strtoull
#define strtoull atoll_strtoull
#undef strtoimax
#define strtoimax atoll_strtoimax
#undef strtoumax
#define strtoumax atoll_strtoumax
#undef abs
#define abs atoll_abs
#undef labs
#define labs atoll_labs
#undef llabs
#define llabs atoll_llabs
#undef imaxabs
#define imaxabs atoll_imaxabs
#undef div
#define div atoll_div
#undef ldiv
#define ldiv atoll_ldiv
#undef lldiv
#define lldiv atoll_lldiv
#undef imaxdiv
#define imaxdiv atoll_imaxdiv
#undef rand
#define rand atoll_rand
#undef random
#define random atoll_random
#undef srandom
#define srandom atoll_srandom
#undef srand
#define srand atoll_srand
#undef rand_r
#define rand_r atoll_rand_r
#undef qsort
#define qsort atoll_qsort
#undef bsearch
#define bsearch atoll_bsearch
#undef FILE
#define FILE atoll_FILE
#undef stdin
#define stdin atoll_stdin
#undef stdout
#define stdout atoll_stdout
#undef stderr
#define stderr atoll_stderr
#undef fopen
#define fopen atoll_fopen
#undef fdopen
#define fdopen atoll_fdopen
#undef freopen
#define freopen atoll_freopen
#undef fclose
#define fclose atoll_fclose
#undef fflush
#define fflush atoll_fflush
#undef setvbuf
#define setvbuf atoll_setvbuf
#undef setbuf
#define setbuf atoll_setbuf
#undef fileno
#define fileno atoll_fileno
#undef fread
#define fread atoll_fread
#undef fwrite
#define fwrite atoll_fwrite
#undef fgetc
#define fgetc atoll_fgetc
#undef getc
#define getc atoll_getc
#undef getchar
#define getchar atoll_getchar
#undef ungetc
#define ungetc atoll_ungetc
#undef fgets
#define fgets atoll_fgets
#undef getline
#define getline atoll_getline
#undef getdelim
#define getdelim atoll_getdelim
#undef fputc
#define fputc atoll_fputc
#undef putc
#define putc atoll_putc
#undef putchar
#define putchar atoll_putchar
#undef fputs
#define fputs atoll_fputs
#undef puts
#define puts atoll_puts
#undef fseek
#define fseek atoll_fseek
#undef fseeko
#define fseeko atoll_fseeko
#undef ftell
#define ftell atoll_ftell
#undef ftello
#define ftello atoll_ftello
#undef rewind
#define rewind atoll_rewind
#undef fgetpos
#define fgetpos atoll_fgetpos
#undef fsetpos
#define fsetpos atoll_fsetpos
#undef feof
#define feof atoll_feof
#undef ferror
#define ferror atoll_ferror
#undef clearerr
#define clearerr atoll_clearerr
#undef flockfile
#define flockfile atoll_flockfile
#undef funlockfile
#define funlockfile atoll_funlockfile
#undef printf
#define printf atoll_printf
#undef fprintf
#define fprintf atoll_fprintf
#undef dprintf
#define dprintf atoll_dprintf
#undef sprintf
#define sprintf atoll_sprintf
#undef snprintf
#define snprintf atoll_snprintf
#undef asprintf
#define asprintf atoll_asprintf
#undef vprintf
#define vprintf atoll_vprintf
#undef vfprintf
#define vfprintf atoll_vfprintf
#undef vdprintf
#define vdprintf atoll_vdprintf
#undef vsprintf
#define vsprintf atoll_vsprintf
#undef vsnprintf
#define vsnprintf atoll_vsnprintf
#undef vasprintf
#define vasprintf atoll_vasprintf
#undef sscanf
#define sscanf atoll_sscanf
#undef vsscanf
#define vsscanf atoll_vsscanf
#undef scanf
#define scanf atoll_scanf
#undef fscanf
#define fscanf atoll_fscanf
#undef vscanf
#define vscanf atoll_vscanf
#undef vfscanf
#define vfscanf atoll_vfscanf
#undef tmpfile
#define tmpfile atoll_tmpfile
#undef tmpnam
#define tmpnam atoll_tmpnam
#undef perror
#define perror atoll_perror
#undef fpos_t
#define fpos_t atoll_fpos_t
#undef remove
#define remove atoll_remove
#undef rename
#define rename atoll_rename
#undef open
#define open atoll_open
#undef close
#define close atoll_close
#undef read
#define read atoll_read
#undef write
#define write atoll_write
#undef lseek
#define lseek atoll_lseek
#undef isatty
#define isatty atoll_isatty
#undef dup
#define dup atoll_dup
#undef dup2
#define dup2 atoll_dup2
#undef environ
#define environ atoll_environ
#undef getopt
#define getopt atoll_getopt
#undef optarg
#define optarg atoll_optarg
#undef optind
#define optind atoll_optind
#undef opterr
#define opterr atoll_opterr
#undef optopt
#define optopt atoll_optopt
#else
#undef LIBC_RENAMED
#undef abort
#undef exit
#undef _Exit
#undef atexit
#undef getenv
#undef setenv
#undef unsetenv
#undef putenv
#undef atoi
#undef atol
#undef atoll
#undef strtod
#undef strtof
#undef strtold
#undef atof
#undef strtol
#undef strtoul
#undef strtoll
#undef strtoull
#undef strtoimax
#undef strtoumax
#undef abs
#undef labs
#undef llabs
#undef imaxabs
#undef div
#undef ldiv
#undef lldiv
#undef imaxdiv
#undef rand
#undef random
#undef srandom
#undef srand
#undef rand_r
#undef qsort
#undef bsearch
#undef FILE
#undef stdin
#undef stdout
#undef stderr
#undef fopen
#undef fdopen
#undef freopen
#undef fclose
#undef fflush
#undef setvbuf
#undef setbuf
#undef fileno
#undef fread
#undef fwrite
#undef fgetc
#undef getc
#undef getchar
#undef ungetc
#undef fgets
#undef getline
#undef getdelim
#undef fputc
#undef putc
#undef putchar
#undef fputs
#undef puts
#undef fseek
#undef fseeko
#undef ftell
#undef ftello
#undef rewind
#undef fgetpos
#undef fsetpos
#undef feof
#undef ferror
#undef clearerr
#undef flockfile
#undef funlockfile
#undef printf
#undef fprintf
#undef dprintf
#undef sprintf
#undef snprintf
#undef asprintf
#undef vprintf
#undef vfprintf
#undef vdprintf
#undef vsprintf
#undef vsnprintf
#undef vasprintf
#undef sscanf
#undef vsscanf
#undef scanf
#undef fscanf
#undef vscanf
#undef vfscanf
#undef tmpfile
#undef tmpnam
#undef perror
#undef fpos_t
#undef remove
#undef rename
#undef open
#undef close
#undef read
#undef write
#undef lseek
#undef isatty
#undef dup
#undef dup2
#undef environ
#undef getopt
#undef optarg
#undef optind
#undef opterr
#undef optopt
#endif
#if defined HOST_STRING || !defined LIBC_RENAMED
#undef memcpy
#undef memmove
#undef memccpy
#undef memset
#undef memcmp
#undef memchr
#undef memrchr
#undef memmem
#undef strlen
#undef strnlen
#undef strcpy
#undef stpcpy
#undef strncpy
#undef stpncpy
#undef strcat
#undef strncat
#undef strlcpy
#undef strlcat
#undef strcmp
#undef strncmp
#undef strcoll
#undef strxfrm
#undef strchr
#undef strrchr
#undef strspn
#undef strcspn
#undef strpbrk
#undef strstr
#undef strtok
#undef strtok_r
#undef strsep
#undef strdup
#undef strndup
#undef strerror
#undef strerror_r
#undef strsignal
#undef strcasecmp
#undef strncasecmp
#undef ffs
#undef isalnum
#undef isalpha
#undef isblank
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef isascii
#undef tolower
#undef toupper
#endif
#if defined HOST_HEAP || !defined LIBC_RENAMED
#undef malloc
#undef aligned_alloc
#undef calloc
#undef realloc
#undef reallocarray
#undef free
#endif
