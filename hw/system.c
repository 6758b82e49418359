#include "hw/system.h"

#include <ctype.h>
#include <stdlib.h>

const char *const TOPOLOGY_WORDS[] = {"switch", "mesh", "torus", "bus", NULL};

// clang-format off
static const Field LEVEL_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(Level, name), .required = true,
     .help = "of the network: nvlink, infiniband, ici"},
    {.name = "topology", .kind = FIELD_WORD, .offset = offsetof(Level, topology), .words = TOPOLOGY_WORDS,
     .required = true,
     .help = "switch: all at full bandwidth; mesh: a direct link a pair; torus: neighbours on axes; bus: through the host"},
    {.name = "chips", .kind = FIELD_INT, .offset = offsetof(Level, chips), .min = 1, .max = 1 << 24, .required = true,
     .help = "in one domain of this level, inner levels included; the last level: the largest system"},
    {.name = "bandwidth", .kind = FIELD_NUMBER, .offset = offsetof(Level, bandwidth_bytes_per_s),
     .unit = UNIT_BYTES_PER_S, .min = 1e6, .max = 1e16, .required = true,
     .help = "per chip and direction over all its links; torus: per link and direction"},
    {.name = "latency", .kind = FIELD_NUMBER, .offset = offsetof(Level, latency_s), .unit = UNIT_S,
     .min = 0, .max = 1, .required = true, .help = "of one step of a collective; torus: of one hop"},
    {.name = "reduces", .kind = FIELD_BOOL, .offset = offsetof(Level, reduces),
     .help = "the switch adds up on the way (in-network all-reduce)"},
    {.name = "slices", .kind = FIELD_LIST, .offset = offsetof(Level, slice_texts), .element = FIELD_TEXT,
     .capacity = LEVEL_SLICES, .count_offset = offsetof(Level, slice_count),
     .help = "torus: shapes that are handed out, as \"4x4x8\"; above an inner level they count its domains"},
    {.name = "wrap_multiple", .kind = FIELD_INT, .offset = offsetof(Level, wrap_multiple), .min = 0, .max = 65536,
     .help = "torus: an axis wraps around when its length is a multiple of this; 0: never, 1: always"},
    {.name = "wrap_cubes", .kind = FIELD_BOOL, .offset = offsetof(Level, wrap_cubes),
     .help = "torus: axes wrap around only where the lengths of all three are such multiples"},
    {.name = "source", .kind = FIELD_TEXT, .offset = offsetof(Level, from.source), .required = true,
     .help = "where these numbers come from"},
    {.name = "doubtful", .kind = FIELD_TEXT, .offset = offsetof(Level, from.doubtful),
     .help = "which of them rest on memory, derivation or a disagreement"},
};
static const FieldTable LEVEL_TABLE = {"level", LEVEL_FIELDS, FIELD_COUNT(LEVEL_FIELDS), sizeof(Level),
                                       "one network level, from the innermost outwards"};

static const Field SYSTEM_FIELDS[] = {
    {.name = "name", .kind = FIELD_TEXT, .offset = offsetof(System, name), .required = true,
     .help = "what it is called on the command line"},
    {.name = "title", .kind = FIELD_TEXT, .offset = offsetof(System, title), .help = "full name"},
    {.name = "aliases", .kind = FIELD_LIST, .offset = offsetof(System, aliases), .element = FIELD_TEXT,
     .capacity = CHIP_ALIASES, .count_offset = offsetof(System, alias_count), .help = "other names"},
    {.name = "levels", .kind = FIELD_LIST, .offset = offsetof(System, levels), .element = FIELD_SECTION,
     .capacity = SYSTEM_LEVELS, .count_offset = offsetof(System, level_count), .table = &LEVEL_TABLE,
     .required = true, .help = "networks from the innermost (scale-up) outwards"},
    {.name = "notes", .kind = FIELD_TEXT, .offset = offsetof(System, notes), .help = "anything worth knowing"},
};
// clang-format on

const FieldTable SYSTEM_TABLE = {"system", SYSTEM_FIELDS, FIELD_COUNT(SYSTEM_FIELDS),
                                 sizeof(System), "chips in a network"};

static bool slice_parse(const char *text, Slice *slice, Error *err) {
    slice->axes[0] = slice->axes[1] = slice->axes[2] = slice->chips = 1;
    const char *at = text;
    for (int axis = 0; axis < 3; axis++) {
        char *end = NULL;
        long length = isdigit((unsigned char)*at) ? strtol(at, &end, 10) : 0;
        if (length < 1 || length > 65536 || slice->chips > (1 << 24) / length)
            break;
        slice->axes[axis] = (int)length;
        slice->chips *= (int)length;
        if (*end == '\0')
            return true;
        if (*end != 'x')
            break;
        at = end + 1;
    }
    return error_set(err, "slices: '%s' is not a shape of one to three axes, as 4x4x8", text);
}

// `members` counts the inner domains that a full domain of the level joins.
static bool level_finish(Level *level, int members, Error *err) {
    int largest = 0;
    for (int i = 0; i < level->slice_count; i++) {
        if (!slice_parse(level->slice_texts[i], &level->slices[i], err))
            return false;
        if (level->slices[i].chips > largest)
            largest = level->slices[i].chips;
    }
    if (level->topology != TOPOLOGY_TORUS &&
        (level->slice_count || level->wrap_multiple || level->wrap_cubes))
        return error_set(err, "level %s: slices and wrap_multiple belong to a torus", level->name);
    if (level->topology == TOPOLOGY_MESH && members != level->chips) {
        error_set(err, "level %s: a mesh joins chips, so it must be the innermost level",
                  level->name);
        return error_hint(err, "groups of chips are best described as a switch");
    }
    if (level->topology == TOPOLOGY_TORUS && largest != members)
        return error_set(err, "level %s: a domain joins %d, but its largest slice has %d",
                         level->name, members, largest);
    return true;
}

bool system_finish(System *system, Error *err) {
    if (system->level_count < 1)
        return error_set(err, "a system needs at least one level");
    int inner = 1;
    for (int i = 0; i < system->level_count; i++) {
        Level *level = &system->levels[i];
        if (i > 0 && (level->chips <= inner || level->chips % inner != 0))
            return error_set(err, "level %s: chips = %d is not a multiple of the %d of level %s",
                             level->name, level->chips, inner, system->levels[i - 1].name);
        if (!level_finish(level, level->chips / inner, err))
            return false;
        inner = level->chips;
    }
    return true;
}

static int slice_girth(const Slice *slice) {
    return slice->axes[0] + slice->axes[1] + slice->axes[2];
}

const Slice *level_slice(const Level *level, int chips) {
    const Slice *best = NULL;
    for (int i = 0; i < level->slice_count; i++) {
        const Slice *slice = &level->slices[i];
        if (slice->chips == chips && (!best || slice_girth(slice) < slice_girth(best)))
            best = slice;
    }
    return best;
}

bool level_wraps(const Level *level, const Slice *slice, int axis) {
    int multiple = level->wrap_multiple;
    if (multiple < 1)
        return false;
    bool cubes = slice->axes[0] % multiple == 0 && slice->axes[1] % multiple == 0 &&
                 slice->axes[2] % multiple == 0;
    return level->wrap_cubes ? cubes : slice->axes[axis] % multiple == 0;
}

// Fills domains from the inside: a partly filled torus must be one of its slices, several must be full ones.
static bool holds(const System *system, int chips) {
    int inner = 1, members = chips;
    for (int i = 0; i < system->level_count; i++) {
        const Level *level = &system->levels[i];
        int full = level->chips / inner;
        bool torus = level->topology == TOPOLOGY_TORUS;
        if (members <= full)
            return !torus || level_slice(level, members);
        if (torus && members % full != 0)
            return false;
        members = (members + full - 1) / full;
        inner = level->chips;
    }
    return false;
}

bool system_holds(const System *system, int chips, Error *err) {
    int most = system->levels[system->level_count - 1].chips;
    if (chips < 1)
        return error_set(err, "chips = %d is not a number of chips", chips);
    if (chips > most)
        return error_set(err, "%s has at most %d chips, not %d", system->name, most, chips);
    if (holds(system, chips))
        return true;
    int below = chips, above = chips;
    while (below > 0 && !holds(system, below))
        below--;
    while (above <= most && !holds(system, above))
        above++;
    error_set(err, "%s is not handed out with %d chips", system->name, chips);
    if (below > 0 && above <= most)
        return error_hint(err, "the nearest sizes are %d and %d", below, above);
    return error_hint(err, "the nearest size is %d", below > 0 ? below : above);
}
