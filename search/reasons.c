#include "search/reasons.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/plans.h"

const char *const REASON_KIND_WORDS[] = {"void", "illegal", "where", "memory", "keep", NULL};

#define OTHERS "other reasons"

void reasons_clear(Reasons *reasons) {
    reasons->count = reasons->last = 0;
}

static bool is_same(const Reason *reason, ReasonKind kind, const char *what) {
    if (reason->kind != kind)
        return false;
    // Limits are told apart by their numbers; an illegal design's numbers are its own.
    return kind == REASON_ILLEGAL ? plans_same_reason(reason->what, what)
                                  : strncmp(reason->what, what, REASON_BYTES - 1) == 0;
}

static Reason *find(Reasons *reasons, ReasonKind kind, const char *what) {
    if (reasons->last < reasons->count && is_same(&reasons->list[reasons->last], kind, what))
        return &reasons->list[reasons->last];
    char cut[REASON_BYTES];
    snprintf(cut, sizeof cut, "%s", what);
    for (int i = 0; i < reasons->count; i++) {
        if (is_same(&reasons->list[i], kind, cut)) {
            reasons->last = i;
            return &reasons->list[i];
        }
    }
    // Room is left for one "other reasons" of each kind.
    if (reasons->count >= REASONS - REASON_KIND_COUNT && strcmp(cut, OTHERS) != 0)
        return find(reasons, kind, OTHERS);
    Reason *reason = &reasons->list[reasons->last = reasons->count++];
    *reason = (Reason){.kind = kind, .nearest_id = -1, .miss = (double)NAN};
    memcpy(reason->what, cut, sizeof cut);
    return reason;
}

static void add(Reason *reason, int64_t points, int64_t id, double miss) {
    reason->points += points;
    if (isnan(miss) || id < 0)
        return;
    bool nearer = isnan(reason->miss) || miss < reason->miss ||
                  (miss == reason->miss && id < reason->nearest_id);
    if (!nearer)
        return;
    reason->nearest_id = id;
    reason->miss = miss;
}

void reasons_add(Reasons *reasons, ReasonKind kind, const char *what, int64_t points, int64_t id,
                 double miss) {
    add(find(reasons, kind, what), points, id, miss);
}

void reasons_merge(Reasons *into, const Reasons *from) {
    for (int i = 0; i < from->count; i++) {
        const Reason *reason = &from->list[i];
        add(find(into, reason->kind, reason->what), reason->points, reason->nearest_id,
            reason->miss);
    }
}
