/* assert. No include guard: NDEBUG may change between two inclusions. */
_Noreturn void libc_assert_failed(const char *expression, const char *file, int line);

#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) \
	((expression) ? (void)0 : libc_assert_failed(#expression, __FILE__, __LINE__))
#endif

#undef static_assert
#define static_assert _Static_assert
