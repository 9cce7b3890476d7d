/* Atoll's mathematical functions for libc_math.c, as atoll_NAME beside the host's. */
#define _MATH_H /* the sources' math.h and fenv.h are ours */
#define _FENV_H
#define acos            atoll_acos
#define acosf           atoll_acosf
#define acosh           atoll_acosh
#define acoshf          atoll_acoshf
#define acoshl          atoll_acoshl
#define acosl           atoll_acosl
#define asin            atoll_asin
#define asinf           atoll_asinf
#define asinh           atoll_asinh
#define asinhf          atoll_asinhf
#define asinhl          atoll_asinhl
#define asinl           atoll_asinl
#define atan            atoll_atan
#define atan2           atoll_atan2
#define atan2f          atoll_atan2f
#define atan2l          atoll_atan2l
#define atanf           atoll_atanf
#define atanh           atoll_atanh
#define atanhf          atoll_atanhf
#define atanhl          atoll_atanhl
#define atanl           atoll_atanl
#define cbrt            atoll_cbrt
#define cbrtf           atoll_cbrtf
#define cbrtl           atoll_cbrtl
#define ceil            atoll_ceil
#define ceilf           atoll_ceilf
#define ceill           atoll_ceill
#define copysign        atoll_copysign
#define copysignf       atoll_copysignf
#define copysignl       atoll_copysignl
#define cos             atoll_cos
#define cosf            atoll_cosf
#define cosh            atoll_cosh
#define coshf           atoll_coshf
#define coshl           atoll_coshl
#define cosl            atoll_cosl
#define erf             atoll_erf
#define erfc            atoll_erfc
#define erfcf           atoll_erfcf
#define erfcl           atoll_erfcl
#define erff            atoll_erff
#define erfl            atoll_erfl
#define exp             atoll_exp
#define exp2            atoll_exp2
#define exp2f           atoll_exp2f
#define exp2l           atoll_exp2l
#define expf            atoll_expf
#define expl            atoll_expl
#define expm1           atoll_expm1
#define expm1f          atoll_expm1f
#define expm1l          atoll_expm1l
#define fabs            atoll_fabs
#define fabsf           atoll_fabsf
#define fabsl           atoll_fabsl
#define fdim            atoll_fdim
#define fdimf           atoll_fdimf
#define fdiml           atoll_fdiml
#define feclearexcept   atoll_feclearexcept
#define fegetenv        atoll_fegetenv
#define fegetexceptflag atoll_fegetexceptflag
#define fegetround      atoll_fegetround
#define feholdexcept    atoll_feholdexcept
#define feraiseexcept   atoll_feraiseexcept
#define fesetenv        atoll_fesetenv
#define fesetexceptflag atoll_fesetexceptflag
#define fesetround      atoll_fesetround
#define fetestexcept    atoll_fetestexcept
#define feupdateenv     atoll_feupdateenv
#define floor           atoll_floor
#define floorf          atoll_floorf
#define floorl          atoll_floorl
#define fma             atoll_fma
#define fmaf            atoll_fmaf
#define fmal            atoll_fmal
#define fmax            atoll_fmax
#define fmaxf           atoll_fmaxf
#define fmaxl           atoll_fmaxl
#define fmin            atoll_fmin
#define fminf           atoll_fminf
#define fminl           atoll_fminl
#define fmod            atoll_fmod
#define fmodf           atoll_fmodf
#define fmodl           atoll_fmodl
#define frexp           atoll_frexp
#define frexpf          atoll_frexpf
#define frexpl          atoll_frexpl
#define hypot           atoll_hypot
#define hypotf          atoll_hypotf
#define hypotl          atoll_hypotl
#define ilogb           atoll_ilogb
#define ilogbf          atoll_ilogbf
#define ilogbl          atoll_ilogbl
#define ldexp           atoll_ldexp
#define ldexpf          atoll_ldexpf
#define ldexpl          atoll_ldexpl
#define lgamma          atoll_lgamma
#define lgammaf         atoll_lgammaf
#define lgammal         atoll_lgammal
#define llrint          atoll_llrint
#define llrintf         atoll_llrintf
#define llrintl         atoll_llrintl
#define llround         atoll_llround
#define llroundf        atoll_llroundf
#define llroundl        atoll_llroundl
#define log             atoll_log
#define log10           atoll_log10
#define log10f          atoll_log10f
#define log10l          atoll_log10l
#define log1p           atoll_log1p
#define log1pf          atoll_log1pf
#define log1pl          atoll_log1pl
#define log2            atoll_log2
#define log2f           atoll_log2f
#define log2l           atoll_log2l
#define logb            atoll_logb
#define logbf           atoll_logbf
#define logbl           atoll_logbl
#define logf            atoll_logf
#define logl            atoll_logl
#define lrint           atoll_lrint
#define lrintf          atoll_lrintf
#define lrintl          atoll_lrintl
#define lround          atoll_lround
#define lroundf         atoll_lroundf
#define lroundl         atoll_lroundl
#define modf            atoll_modf
#define modff           atoll_modff
#define modfl           atoll_modfl
#define nan             atoll_nan
#define nanf            atoll_nanf
#define nanl            atoll_nanl
#define nearbyint       atoll_nearbyint
#define nearbyintf      atoll_nearbyintf
#define nearbyintl      atoll_nearbyintl
#define nextafter       atoll_nextafter
#define nextafterf      atoll_nextafterf
#define nextafterl      atoll_nextafterl
#define nexttoward      atoll_nexttoward
#define nexttowardf     atoll_nexttowardf
#define nexttowardl     atoll_nexttowardl
#define pow             atoll_pow
#define powf            atoll_powf
#define powl            atoll_powl
#define remainder       atoll_remainder
#define remainderf      atoll_remainderf
#define remainderl      atoll_remainderl
#define remquo          atoll_remquo
#define remquof         atoll_remquof
#define remquol         atoll_remquol
#define rint            atoll_rint
#define rintf           atoll_rintf
#define rintl           atoll_rintl
#define round           atoll_round
#define roundf          atoll_roundf
#define roundl          atoll_roundl
#define scalbln         atoll_scalbln
#define scalblnf        atoll_scalblnf
#define scalblnl        atoll_scalblnl
#define scalbn          atoll_scalbn
#define scalbnf         atoll_scalbnf
#define scalbnl         atoll_scalbnl
#define signgam         atoll_signgam
#define sin             atoll_sin
#define sinf            atoll_sinf
#define sinh            atoll_sinh
#define sinhf           atoll_sinhf
#define sinhl           atoll_sinhl
#define sinl            atoll_sinl
#define sqrt            atoll_sqrt
#define sqrtf           atoll_sqrtf
#define sqrtl           atoll_sqrtl
#define tan             atoll_tan
#define tanf            atoll_tanf
#define tanh            atoll_tanh
#define tanhf           atoll_tanhf
#define tanhl           atoll_tanhl
#define tanl            atoll_tanl
#define tgamma          atoll_tgamma
#define tgammaf         atoll_tgammaf
#define tgammal         atoll_tgammal
#define trunc           atoll_trunc
#define truncf          atoll_truncf
#define truncl          atoll_truncl
// clang-format off
#include "../../libc/include/fenv.h"
#include "../../libc/include/math.h"
#include "../../libc/math/arc.c"
#include "../../libc/math/compare.c"
#include "../../libc/math/erf.c"
#include "../../libc/math/exp.c"
#include "../../libc/math/fenv.c"
#include "../../libc/math/fma.c"
#include "../../libc/math/fmal.c"
#include "../../libc/math/gamma.c"
#include "../../libc/math/hyperbolic.c"
#include "../../libc/math/log.c"
#include "../../libc/math/nan.c"
#include "../../libc/math/next.c"
#include "../../libc/math/parts.c"
#include "../../libc/math/pow.c"
#include "../../libc/math/reduce.c"
#include "../../libc/math/remainder.c"
#include "../../libc/math/round.c"
#include "../../libc/math/sqrt.c"
#include "../../libc/math/trig.c"
