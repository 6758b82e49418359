#include "search/point.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/shape.h"
#include "search/quantity.h"

#define MEMO_PLANS 4096 // combinations of the axes of a plan that are remembered

void point_new(Point *point, const Space *space, PointHooks hooks) {
    memset(point, 0, sizeof *point);
    point->space = space;
    point->hooks = hooks;
    point->id = -1;
    point->request = space->request;
    point->design.chip = space->chip;
    point->design.system = space->system;
    point->design.model = space->model;
    point->memo_count = 1;
    for (int i = space->part_axes[PART_PLAN]; i < space->part_axes[PART_PLAN + 1]; i++) {
        bool listed = space->axes[i].function < 0 && point->memo_count <= MEMO_PLANS;
        point->memo_count = listed ? point->memo_count * space->axes[i].count : MEMO_PLANS + 1;
    }
    if (point->memo_count <= MEMO_PLANS)
        point->memo = calloc((size_t)point->memo_count, sizeof *point->memo);
}

void point_end(Point *point) {
    free(point->memo);
}

// The value of the axis at its digit, taken or computed.
static PointFate choose(Point *point, int index, Error *err) {
    const Axis *axis = &point->space->axes[index];
    if (axis->function < 0) {
        point->chosen[index] = &axis->values[point->digits[index]];
        return POINT_READY;
    }
    bool none = false;
    if (!point->hooks.value(point->hooks.thread, index, point, point->digits[index],
                            &point->computed[index], &none, err))
        return POINT_BROKEN;
    point->chosen[index] = &point->computed[index];
    return none ? POINT_VOID : POINT_READY;
}

static bool set_field(const Axis *axis, const AxisValue *value, const void *base, void *object,
                      double *number, Error *err) {
    void *section = (char *)object + axis->offset;
    *number = value->number;
    if (value->text && axis->field->kind != FIELD_WORD)
        return field_set_text(axis->field, section, value->text, err);
    if (axis->field->kind == FIELD_BOOL)
        return field_set_bool(axis->field, section, value->number != 0, err);
    if (axis->field->kind == FIELD_WORD)
        return field_set_text(axis->field, section, value->text, err);
    if (axis->times)
        *number *= field_number(axis->field, (const char *)base + axis->offset);
    if (axis->times && axis->field->kind == FIELD_INT)
        *number = floor(*number + 0.5);
    return field_set_number(axis->field, section, *number, err);
}

// Walks the axes of a part: whole objects first replace the base, fields then change the copy. *fields: whether there
// were any.
static PointFate set_part(Point *point, SpacePart part, void *copy, size_t size,
                          const void **object, bool *fields, Error *err) {
    const Space *space = point->space;
    *fields = false;
    for (int i = space->part_axes[part]; i < space->part_axes[part + 1]; i++) {
        const Axis *axis = &space->axes[i];
        PointFate fate = choose(point, i, err);
        if (fate != POINT_READY)
            return fate;
        const AxisValue *value = point->chosen[i];
        if (!axis->field) {
            *object = value->object;
            point->numbers[i] = value->number;
            continue;
        }
        if (!*fields)
            memcpy(copy, *object, size);
        *fields = true;
        if (!set_field(axis, value, *object, copy, &point->numbers[i], err))
            return POINT_ILLEGAL;
    }
    return POINT_READY;
}

// Kernels as `mode` and `profile` say, for the chip at hand.
static PointFate settle_profile(Point *point, Error *err) {
    const Space *space = point->space;
    const Profile *named = NULL;
    if (space->request.profile &&
        !(named = catalog_profile(space->catalog, space->request.profile, err)))
        return POINT_ILLEGAL;
    return request_profile(&space->request, space->catalog, named, point->design.chip,
                           &point->design.profile, err)
               ? POINT_READY
               : POINT_ILLEGAL;
}

static PointFate build_chip(Point *point, Error *err) {
    const void *object = point->space->chip;
    bool fields;
    PointFate fate =
        set_part(point, PART_CHIP, &point->chip, sizeof point->chip, &object, &fields, err);
    if (fate != POINT_READY)
        return fate;
    point->design.chip = object;
    if (!fields)
        return settle_profile(point, err);
    if (!point->space->peak_given)
        chip_scale_peak(&point->chip, &((const Chip *)object)->matrix);
    point->design.chip = &point->chip;
    return chip_finish(&point->chip, err) ? settle_profile(point, err) : POINT_ILLEGAL;
}

static PointFate build_system(Point *point, Error *err) {
    const Space *space = point->space;
    const void *object = space->system;
    bool fields;
    if (!object && point->design.chip->system)
        object = catalog_system(space->catalog, point->design.chip->system, err);
    if (!object && space->part_axes[PART_SYSTEM] == space->part_axes[PART_SYSTEM + 1]) {
        error_set(err, "chip %s has no default system", point->design.chip->name);
        return POINT_ILLEGAL;
    }
    PointFate fate =
        set_part(point, PART_SYSTEM, &point->system, sizeof point->system, &object, &fields, err);
    if (fate != POINT_READY)
        return fate;
    point->design.system = object;
    if (!fields)
        return POINT_READY;
    point->design.system = &point->system;
    return system_finish(&point->system, err) ? POINT_READY : POINT_ILLEGAL;
}

static PointFate build_model(Point *point, Error *err) {
    const void *object = point->space->model;
    bool fields;
    PointFate fate =
        set_part(point, PART_MODEL, &point->model, sizeof point->model, &object, &fields, err);
    if (fate != POINT_READY)
        return fate;
    point->design.model = object;
    if (!fields)
        return POINT_READY;
    point->design.model = &point->model;
    return shape_settle(&point->model, err) ? POINT_READY : POINT_ILLEGAL;
}

static void take_degrees(Request *request, const SpaceDegrees *degrees) {
    request->chips = degrees->chips;
    request->tp = degrees->tp;
    request->cp = degrees->cp;
    request->pp = degrees->pp;
    request->ep = degrees->ep;
    request->dp = request->etp = 0;
}

static void take_workload(Request *request, const Request *from) {
    request->phase = from->phase;
    request->batch = from->batch;
    request->batch_max = from->batch_max;
    request->prompt = from->prompt;
    request->prefix = from->prefix;
    request->context = from->context;
    request->output = from->output;
    request->draft = from->draft;
    request->acceptance = from->acceptance;
    request->token_budget = from->token_budget;
    request->prompts = from->prompts;
}

// batch = "max" stands beside the numbers.
static bool is_largest(const Axis *axis, const AxisValue *value) {
    return axis->field->offset == offsetof(Request, batch) && value->text;
}

// The axes of a part whose fields stand in the request.
static PointFate set_request(Point *point, SpacePart part, Error *err) {
    const Space *space = point->space;
    for (int i = space->part_axes[part]; i < space->part_axes[part + 1]; i++) {
        const Axis *axis = &space->axes[i];
        PointFate fate = choose(point, i, err);
        if (fate != POINT_READY)
            return fate;
        const AxisValue *value = point->chosen[i];
        point->numbers[i] = value->number;
        if (axis->field && axis->field->offset == offsetof(Request, batch))
            point->request.batch_max = is_largest(axis, value);
        if (axis->field && is_largest(axis, value))
            continue;
        if (axis->field) {
            if (!set_field(axis, value, &space->request, &point->request, &point->numbers[i], err))
                return POINT_ILLEGAL;
        } else if (part == PART_PLAN) {
            take_degrees(&point->request, value->object);
        } else if (part == PART_WORKLOAD) {
            take_workload(&point->request, value->object);
        }
    }
    return POINT_READY;
}

static PointFate build_formats(Point *point, Error *err) {
    PointFate fate = set_request(point, PART_FORMATS, err);
    if (fate != POINT_READY)
        return fate;
    if (!request_formats(&point->request, &point->design.formats, err))
        return POINT_ILLEGAL;
    for (int i = point->space->part_axes[PART_FORMATS]; i < point->space->part_axes[PART_PLAN]; i++)
        if (!point->space->axes[i].field)
            point->design.formats = *(const Formats *)point->chosen[i]->object;
    return design_check_formats(&point->design, err) ? POINT_READY : POINT_ILLEGAL;
}

// The degrees of this combination, from memory where it was met before.
static bool settle_degrees(Point *point, Error *err) {
    const Space *space = point->space;
    Plan *plan = &point->design.plan;
    if (!point->memo)
        return request_degrees(&point->request, plan, err);
    int last = space->part_axes[PART_PLAN + 1] - 1;
    int64_t place = last < 0 ? 0 : point->id / space->strides[last] % point->memo_count;
    PlanMemo *memo = &point->memo[place];
    if (!memo->known) {
        memo->known = true;
        memo->good = request_degrees(&point->request, &memo->plan, err);
        if (!memo->good)
            snprintf(memo->what, sizeof memo->what, "%.*s", (int)sizeof memo->what - 1, err->what);
    } else if (!memo->good) {
        memcpy(err->what, memo->what, sizeof memo->what);
    }
    *plan = memo->plan;
    return memo->good;
}

static PointFate build_plan(Point *point, Error *err) {
    PointFate fate = set_request(point, PART_PLAN, err);
    if (fate != POINT_READY)
        return fate;
    if (request_plan_open(&point->request))
        return POINT_READY; // found when the workload is known
    Plan *plan = &point->design.plan;
    return settle_degrees(point, err) && plan_finish(plan, point->design.model, err) &&
                   system_holds(point->design.system, plan->chips, err)
               ? POINT_READY
               : POINT_ILLEGAL;
}

static PointFate build_workload(Point *point, Error *err) {
    PointFate fate = set_request(point, PART_WORKLOAD, err);
    if (fate != POINT_READY)
        return fate;
    Design *design = &point->design;
    point->no_room = false;
    request_settings(&point->request, design);
    if (!request_workload(&point->request, &design->workload, err))
        return POINT_ILLEGAL;
    request_engine(&point->request, point->space->engine, design);
    if (request_plan_open(&point->request) || point->request.batch_max) {
        if (!request_open(&point->request, design, &point->no_room, err))
            return POINT_ILLEGAL;
        point->versions[PART_PLAN]++;
    }
    return design_check(design, err) ? POINT_READY : POINT_ILLEGAL;
}

static PointFate build(Point *point, SpacePart part, Error *err) {
    switch (part) {
    case PART_CHIP:
        return build_chip(point, err);
    case PART_SYSTEM:
        return build_system(point, err);
    case PART_MODEL:
        return build_model(point, err);
    case PART_FORMATS:
        return build_formats(point, err);
    case PART_PLAN:
        return build_plan(point, err);
    default:
        return build_workload(point, err);
    }
}

// Sets the digits; returns the first axis whose digit differs from before.
static int set_digits(Point *point, int64_t id) {
    const Space *space = point->space;
    if (id == point->id + 1 && point->id >= 0) {
        int axis = space->axis_count - 1;
        while (++point->digits[axis] == space->axes[axis].count)
            point->digits[axis--] = 0;
        return axis;
    }
    int first = point->id < 0 ? 0 : space->axis_count;
    int64_t rest = id;
    for (int i = 0; i < space->axis_count; i++) {
        int digit = (int)(rest / space->strides[i]);
        rest -= digit * space->strides[i];
        if (i < first && digit != point->digits[i])
            first = i;
        point->digits[i] = digit;
    }
    return first;
}

// Ids from this one on whose digits are the same up to the part.
static int64_t alike_up_to(const Point *point, SpacePart part) {
    const Space *space = point->space;
    int last = space->part_axes[part + 1] - 1;
    if (last < 0)
        return space->points - point->id;
    return space->strides[last] - point->id % space->strides[last];
}

// Marks what a change in that part makes stale: all that follows and has axes, and what rests on it.
static void mark_stale(Point *point, SpacePart from) {
    const Space *space = point->space;
    for (SpacePart part = from; part < PART_COUNT; part++) {
        bool axes = space->part_axes[part] < space->part_axes[part + 1];
        bool rests = part >= PART_PLAN || (part == PART_SYSTEM && from == PART_CHIP) ||
                     (part == PART_FORMATS && from == PART_CHIP);
        point->stale[part] |= axes || rests;
    }
    if (point->asked && from <= point->asked_part)
        point->asked = false;
}

// Bounds on quantities that the part has settled.
static PointFate check_bounds(Point *point, SpacePart part) {
    const Space *space = point->space;
    for (int i = 0; i < space->where_count; i++) {
        const Limit *bound = &space->where[i];
        if (bound->quantity.known != part)
            continue;
        double value = quantity_number(&bound->quantity, point);
        if (value >= bound->min && value <= bound->max)
            continue;
        point->bound = i;
        return POINT_FILTERED;
    }
    return POINT_READY;
}

static PointFate ask_where(Point *point, SpacePart *part, Error *err) {
    bool keep = true;
    if (!point->space->where_function || point->asked)
        return POINT_READY;
    *part = PART_WORKLOAD;
    if (!point->hooks.where(point->hooks.thread, point, &keep, part, err))
        return POINT_BROKEN;
    point->asked = keep;
    point->asked_part = *part;
    point->bound = -1;
    return keep ? POINT_READY : POINT_FILTERED;
}

// Whether only the batch has changed since a point that was ready: nothing then rests on it but the workload's number.
static bool is_next_batch(const Point *point, int first) {
    const Space *space = point->space;
    const Axis *axis = &space->axes[first];
    return first == space->axis_count - 1 && axis->field && axis->function < 0 &&
           axis->field->offset == offsetof(Request, batch) && axis->part == PART_WORKLOAD &&
           !axis->values[point->digits[first]].text && !point->request.batch_max &&
           !point->stale[PART_WORKLOAD] && !request_plan_open(&point->request);
}

static PointFate take_batch(Point *point, int axis) {
    const AxisValue *value = &point->space->axes[axis].values[point->digits[axis]];
    point->chosen[axis] = value;
    point->numbers[axis] = value->number;
    point->request.batch = point->design.workload.batch = (int)value->number;
    point->versions[PART_WORKLOAD]++;
    if (point->asked && point->asked_part == PART_WORKLOAD)
        point->asked = false;
    return check_bounds(point, PART_WORKLOAD);
}

PointFate point_seek(Point *point, int64_t id, int64_t *alike, Error *err) {
    const Space *space = point->space;
    int first = set_digits(point, id);
    if (point->id >= 0 && first < space->axis_count && is_next_batch(point, first)) {
        SpacePart last = PART_WORKLOAD;
        point->id = id;
        PointFate quick = take_batch(point, first);
        quick = quick == POINT_READY ? ask_where(point, &last, err) : quick;
        if (quick != POINT_READY)
            *alike = alike_up_to(point, last);
        return quick;
    }
    if (point->id < 0)
        memset(point->stale, true, sizeof point->stale);
    else if (id == point->id)
        mark_stale(point, PART_WORKLOAD); // it may have fallen there
    else if (first < space->axis_count)
        mark_stale(point, space->axes[first].part);
    point->id = id;
    PointFate fate = POINT_READY;
    SpacePart part = PART_CHIP;
    for (; part < PART_COUNT; part++) {
        if (!point->stale[part])
            continue;
        point->versions[part]++;
        fate = build(point, part, err);
        fate = fate == POINT_READY ? check_bounds(point, part) : fate;
        if (fate != POINT_READY)
            break;
        point->stale[part] = false;
    }
    if (fate == POINT_READY)
        fate = ask_where(point, &part, err);
    if (fate != POINT_READY)
        *alike = alike_up_to(point, part);
    return fate;
}
