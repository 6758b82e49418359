#include "validate/choice.h"

#include <string.h>

static const Choice CHOICES[] = {
    {"split_ratio", {100, 8, 2, 1e-4}, 4, true },
    {"query_tile",  {128, 64, 256},    3, false},
    {"row_tile",    {128, 64, 16},     3, false},
    {"narrow",      {0, 1},            2, false},
};

const Choice *choice_of(const Field *field) {
    for (size_t i = 0; i < sizeof CHOICES / sizeof CHOICES[0]; i++)
        if (strcmp(field->name, CHOICES[i].name) == 0)
            return &CHOICES[i];
    return NULL;
}
