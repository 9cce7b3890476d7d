/* The gamma function and its logarithm: Stirling's series from FAR on, and everything else led
 * there, or to the neighbourhood of 2, where the logarithm is 0. */
#include "kernel.h"

#define FAR             16
#define HALF_LOG_2_PI   0.918938533204672741780329736405617640L
#define ROOT_2_PI       2.506628274631000502415765284811045253L
#define ONE_MINUS_EULER 0.422784335098467139393487909917597569L
#define GAMMA_LARGEST   1756 /* more is infinite */

int signgam;

/* (-1)^k * (zeta(k) - 1) / k, from k = 2 on. */
static const long double near_2[] = {
	3.2246703342411321823620758e-1L,
	-6.7352301053198095133246054e-2L,
	2.0580808427784547879000924e-2L,
	-7.3855510286739852662730973e-3L,
	2.8905103307415232857529883e-3L,
	-1.1927539117032609771139357e-3L,
	5.0966952474304242233565481e-4L,
	-2.2315475845357937976141880e-4L,
	9.9457512781808533714595890e-5L,
	-4.4926236738133141700207502e-5L,
	2.0507212775670691553166504e-5L,
	-9.4394882752683959039874251e-6L,
	4.3748667899074878041817932e-6L,
	-2.0392157538013662367819007e-6L,
	9.5514121304074198328571798e-7L,
	-4.4924691987645660432942903e-7L,
	2.1207184805554665869231359e-7L,
	-1.0043224823968099608720831e-7L,
	4.7698101693639805657601934e-8L,
	-2.2711094608943164910319981e-8L,
	1.0838659214896954091074918e-8L,
	-5.1834750419700466551212486e-9L,
	2.4836745438024783171850087e-9L,
	-1.1921401405860912074425482e-9L,
	5.7313672416788620133301949e-10L,
	-2.7595228851242331451781497e-10L,
	1.3304764374244489481497157e-10L,
	-6.4229645638381000220824481e-11L,
	3.1044247747322272762392158e-11L,
	-1.5021384080754142170933010e-11L,
	7.2759744802390796625045499e-12L,
	-3.5277424765759150836150722e-12L,
	1.7119917905596179086010841e-12L,
	-8.3153858414202848197983578e-13L,
	4.0422005252894400655360090e-13L,
};

/* 1/(12x) - 1/(360x^3) + ...: what Stirling's formula lacks. */
static long double stirling(long double x)
{
	static const long double coefficient[] = { 1 / 12.L, -1 / 360.L, 1 / 1260.L, -1 / 1680.L,
		1 / 1188.L, -691 / 360360.L, 1 / 156.L, -3617 / 122400.L, 43867 / 244188.L };
	const long double square = x * x;
	long double sum = 0;

	for (int i = sizeof coefficient / sizeof *coefficient; i-- > 0;)
		sum = sum / square + coefficient[i];
	return sum / x;
}

/* x^(x - 1/2) * e^-x; the power in two halves, for the whole of it may be too large. */
static long double gamma_far(long double x)
{
	const long double half = powl(x, (x - 0.5L) / 2);

	return half * expl(-x) * half * ROOT_2_PI * expl(stirling(x));
}

/* From x up to FAR: Gamma(x + 1) = x Gamma(x). */
static long double gamma_led_up(long double x)
{
	long double product = 1, far, lost;
	int steps = 0;

	if (x > GAMMA_LARGEST)
		return INFINITY;
	for (; x + steps < FAR; steps++)
		product *= x + steps;
	far = x + steps;
	lost = x - (far - steps); /* by rounding: the function is steep there */
	return gamma_far(far) * (1 + lost * logl(far)) / product;
}

/* Gamma(x) Gamma(-x) = -pi / (x sin(pi x)). */
long double tgammal(long double x)
{
	if (isnan(x) || x == INFINITY)
		return x;
	if (x == 0)
		return 1 / x;
	if (x > 0)
		return x < 0x1p-66L ? 1 / x : gamma_led_up(x);
	if (x == rintl(x))
		return (x - x) / (x - x);
	if (x > -FAR)
		return gamma_led_up(x);
	return PI / (libc_sin_pi(x) * -x) / gamma_led_up(-x);
}

/* log Gamma(2 + z), |z| <= 1/2. */
static long double log_near_2(long double z)
{
	long double sum = 0;

	for (int i = sizeof near_2 / sizeof *near_2; i-- > 0;)
		sum = (sum + near_2[i]) * z;
	return (sum + ONE_MINUS_EULER) * z;
}

static long double log_above_0(long double x)
{
	long double product = 1;

	if (x >= FAR)
		return (x - 0.5L) * logl(x) - x + HALF_LOG_2_PI + stirling(x);
	if (x < 0.5L)
		return log_near_2(x) - log1pl(x) - logl(x);
	if (x < 1.5L)
		return log_near_2(x - 1) - log1pl(x - 1);
	while (x > 2.5L)
		product *= --x;
	return log_near_2(x - 2) + logl(product);
}

long double lgammal(long double x)
{
	signgam = x < 0 && fmodl(floorl(x), 2) != 0 ? -1 : 1;
	if (x == 0 && signbit(x))
		signgam = -1;
	if (isnan(x) || isinf(x))
		return x * x;
	if (x == rintl(x) && x <= 0)
		return 1 / fabsl(x - x);
	if (x > 0)
		return log_above_0(x);
	if (x > -0x1p-66L)
		return -logl(-x);
	return logl(PI / fabsl(x * libc_sin_pi(x))) - log_above_0(-x);
}

FOR_DOUBLE(tgamma)
FOR_DOUBLE(lgamma)
