/* A line through measured points. The only part of an experiment that computes with floating point,
 * so it stands in a file of its own, and runs when all is measured. */
#include "experiment.h"

/* Residuals are divided by y: 1 % of a small figure weighs as much as 1 % of a large one. Normal
 * equations of two unknowns. */
void fit(const struct fit_point *p, unsigned count, int64_t *a_milli, int64_t *b_milli)
{
	double s11 = 0, s12 = 0, s22 = 0, t1 = 0, t2 = 0, below;

	for (unsigned i = 0; i < count; i++) {
		double x1 = (double)p[i].x1 / (double)p[i].y, x2 = (double)p[i].x2 / (double)p[i].y;

		s11 += x1 * x1;
		s12 += x1 * x2;
		s22 += x2 * x2;
		t1 += x1;
		t2 += x2;
	}
	below = s11 * s22 - s12 * s12;
	*a_milli = (int64_t)((t1 * s22 - t2 * s12) / below * 1000 + 0.5);
	*b_milli = (int64_t)((t2 * s11 - t1 * s12) / below * 1000 + 0.5);
}
