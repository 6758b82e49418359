#include "lua/plot_best.h"

#include <stdio.h>
#include <stdlib.h>

static int draw(const Design *design, DesignPicture picture, const char *prefix, Arena *arena,
                Plot plots[], Error *err) {
    Metrics metrics;
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    int count = 0;
    if (!breakdown)
        abort();
    evaluate(design, &metrics, breakdown);
    if (picture != DESIGN_PICTURES) {
        count = plot_design_one(design, &metrics, breakdown, picture, prefix, arena, plots, err);
    } else {
        DesignPlots all = plot_design(design, &metrics, breakdown, prefix, arena);
        for (; count < all.count && count < DESIGN_PICTURES; count++)
            plots[count] = all.plots[count];
    }
    free(breakdown);
    return count;
}

int point_plots(Stored *stored, int64_t id, DesignPicture picture, const char *prefix, Arena *arena,
                Plot plots[], Error *err) {
    StoredPoint built;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)id);
    int count = 0;
    if (stored_point(stored, text, &built, err) == STORED_DESIGN)
        count = draw(&built.point.design, picture, prefix, arena, plots, err);
    stored_point_end(&built);
    return count;
}
