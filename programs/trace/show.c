/* Events as text: a table for people, lines of numbers for tools/trace. */
#include "trace.h"
#include <inttypes.h>
#include <string.h>

#define NAME(number, name) [number] = #name,
static const char *const names[] = { TRACE_EVENTS(NAME) };
#define CALL_NAME(number, name, arguments) [number] = #name,
static const char *const calls[] = { ATOLL_CALLS(CALL_NAME) };

static const char *event_name(uint32_t event)
{
	return event < sizeof names / sizeof *names && names[event] ? names[event] : "?";
}

/* Nanoseconds since `start`, both in the TSC's ticks. */
static uint64_t ns_since(uint64_t start, uint64_t tsc)
{
	const volatile struct time_page *page = (const volatile struct time_page *)TIME_PAGE;

	return (uint64_t)((unsigned __int128)(tsc - start) * page->mult >> page->shift);
}

/* "ping 17", "-" for nobody. */
static const char *who_name(uint64_t id, char text[40])
{
	const struct who *who = who_find(id);

	if (who)
		snprintf(text, 40, "%s %" PRIu64, who->name, who->tag);
	else
		snprintf(text, 40, id ? "?" : "-");
	return text;
}

static void show_details(FILE *out, const struct trace_event *e)
{
	char text[40];

	switch (e->event) {
	case TRACE_call:
		fprintf(out, "%s", e->value < SYS_COUNT ? calls[e->value] : "?");
		break;
	case TRACE_send:
	case TRACE_receive:
	case TRACE_reply:
		fprintf(out, "%s %-16s badge %-4" PRIu64 " %s %u, %u bytes, %u capabilities",
		    e->event == TRACE_receive ? "from" : "to  ", who_name(e->peer, text), e->badge,
		    e->event == TRACE_reply ? "error" : "operation", MSG_OP(e->label),
		    MSG_NBYTES(e->label), MSG_NCAPS(e->label));
		break;
	case TRACE_cancel:
		fprintf(out, "%s", strerror((int)-(int64_t)e->value));
		break;
	case TRACE_notify:
		fprintf(out, "to   %-16s bits %#" PRIx64, who_name(e->peer, text), e->value);
		break;
	case TRACE_change:
		fprintf(out, "runs, after %s", who_name(e->peer, text));
		break;
	case TRACE_priority:
		fprintf(out, "from %" PRIu64 " to %" PRIu64, e->label, e->value);
		break;
	case TRACE_fault:
		fprintf(out, "exception %" PRIu64 ", error %#" PRIx64 ", address %#" PRIx64,
		    e->value, e->label, e->badge);
		break;
	case TRACE_interrupt:
		fprintf(out, "vector %" PRIu64, e->value);
		break;
	case TRACE_flush:
		if (e->value)
			fprintf(out, "page %#" PRIx64, e->value);
		else
			fprintf(out, "a whole space");
		break;
	default:
		break;
	}
}

/* What one wants to see of messages. */
static bool interests(uint32_t event)
{
	return event != TRACE_call && event != TRACE_change && event != TRACE_interrupt &&
	    event != TRACE_flush;
}

static void show_losses(FILE *out, const struct recording *r)
{
	if (r->lost)
		fprintf(
		    out, "%" PRIu64 " events were lost: the ring was too small (-b)\n", r->lost);
	if (r->dropped)
		fprintf(out, "%" PRIu64 " events were dropped: no memory for more\n", r->dropped);
}

void show_table(FILE *out, const struct recording *r, bool all)
{
	char text[40];

	fprintf(out, "          us  THREAD            EVENT\n");
	for (size_t i = 0; i < r->count; i++) {
		const struct trace_event *e = &r->event[i];
		uint64_t ns = ns_since(r->event[0].time, e->time);

		if (!all && !interests(e->event))
			continue;
		fprintf(out, "%8" PRIu64 ".%03u  %-16s  %-9s ", ns / 1000, (unsigned)(ns % 1000),
		    who_name(e->thread, text), event_name(e->event));
		show_details(out, e);
		fputc('\n', out);
	}
	show_losses(out, r);
}

void show_raw(FILE *out, const struct recording *r)
{
	const struct who *who;

	fprintf(out, "@trace %u lost %" PRIu64 " dropped %" PRIu64 "\n", TRACE_VERSION, r->lost,
	    r->dropped);
	for (size_t i = 0; (who = who_at(i)); i++)
		fprintf(out, "@who %" PRIx64 " %" PRIu64 " %u %s\n", who->id, who->tag,
		    who->priority, who->name);
	for (size_t i = 0; i < r->count; i++) {
		const struct trace_event *e = &r->event[i];

		fprintf(out,
		    "@%s %" PRIu64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 "\n",
		    event_name(e->event), ns_since(r->event[0].time, e->time), e->thread, e->peer,
		    e->badge, e->label, e->value);
	}
	fprintf(out, "@end %zu\n", r->count);
}
