#include "validate/cuda/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"

typedef struct ChipWord {
    const char *word; // stands in the driver's name, whole
    double least_bytes;
    const char *chip;
} ChipWord;

// In order: the first that fits. Capacities part variants that the driver's name does not, and laptops.
static const ChipWord CHIPS[] = {
    {"GB300",                              0,     "gb300"              },
    {"GB200",                              0,     "gb200"              },
    {"B300",                               0,     "b300_sxm"           },
    {"B200",                               0,     "b200_sxm"           },
    {"H200 NVL",                           0,     ""                   },
    {"H200",                               0,     "h200_sxm"           },
    {"H800",                               0,     "h800"               },
    {"H20",                                120e9, "h20_3e"             },
    {"H20",                                0,     "h20"                },
    {"GH200",                              0,     ""                   },
    {"H100 NVL",                           0,     "h100_nvl"           },
    {"H100 PCIe",                          0,     "h100_pcie"          },
    {"H100",                               0,     "h100_sxm"           },
    {"A100-PCIE",                          60e9,  "a100_pcie_80"       },
    {"A100 80GB PCIe",                     0,     "a100_pcie_80"       },
    {"A100-PCIE",                          0,     "a100_pcie_40"       },
    {"A100-SXM",                           60e9,  "a100_sxm"           },
    {"A100-SXM",                           0,     "a100_sxm_40"        },
    {"L40S",                               0,     "l40s"               },
    {"L4",                                 0,     "l4"                 },
    {"A40",                                0,     "a40"                },
    {"RTX 5090",                           30e9,  "rtx_5090"           },
    {"RTX 4090",                           20e9,  "rtx_4090"           },
    {"RTX PRO 6000 Blackwell Server",      0,     "rtx_pro_6000_server"},
    {"RTX PRO 6000 Blackwell Workstation", 0,     "rtx_pro_6000_ws"    },
};

static bool is_letter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether the word stands in the text, not as part of a longer one on its left; on its right "-SXM4-80GB" may follow.
static bool has_word(const char *text, const char *word) {
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        bool digits = at[length] >= '0' && at[length] <= '9' && is_letter(word[length - 1]);
        bool version = strstr(word, "SXM") != NULL; // SXM4, SXM5
        bool letters = is_letter(at[length]) && !version;
        if ((at == text || !is_letter(at[-1])) && (version || (!digits && !letters)))
            return true;
    }
    return false;
}

const char *cuda_chip_name(const char *device, double memory_bytes) {
    for (size_t i = 0; i < sizeof CHIPS / sizeof CHIPS[0]; i++)
        if (memory_bytes >= CHIPS[i].least_bytes && has_word(device, CHIPS[i].word))
            return CHIPS[i].chip;
    return "";
}

int cuda_copies(double bytes, double cache_bytes, double free_bytes) {
    if (!(bytes <= free_bytes))
        return 0;
    // What streams through a cache that it overfills several times leaves nothing for its next pass.
    double wanted = bytes >= 4 * cache_bytes ? 1 : ceil(2 * cache_bytes / bytes) + 1;
    double fitting = floor(free_bytes / bytes);
    return (int)fmin(fmin(wanted, fitting), CUDA_COPIES_MOST);
}

CudaReplay cuda_replay(double seconds_of_one, int copies) {
    double pass_s = seconds_of_one * copies;
    if (pass_s > CUDA_REPLAY_MOST_S && seconds_of_one > CUDA_REPLAY_S)
        return (CudaReplay){.graphs = copies, .launches = 1};
    double passes = pass_s > 0 ? ceil(CUDA_REPLAY_S / pass_s) : 1;
    double most = fmax(1, floor((double)CUDA_COPIES_MOST / copies));
    return (CudaReplay){.graphs = 1, .launches = copies * (int)fmin(fmax(passes, 1), most)};
}

size_t cuda_scale_place(size_t row, size_t block, size_t blocks) {
    size_t tiles_across = (blocks + 3) / 4;
    size_t tile = row / 128 * tiles_across + block / 4;
    return tile * 512 + row % 32 * 16 + row % 128 / 32 * 4 + block % 4;
}

size_t cuda_scale_count(size_t rows, size_t blocks) {
    return (rows + 127) / 128 * 128 * ((blocks + 3) / 4 * 4);
}

typedef struct Reason {
    unsigned long long bit; // nvml.h: nvmlClocksEventReason...
    const char *word;
} Reason;

static const Reason REASONS[] = {
    {0x04, "power_cap"     },
    {0x08, "hw_slowdown"   },
    {0x20, "sw_thermal"    },
    {0x40, "hw_thermal"    },
    {0x80, "hw_power_brake"},
};

void cuda_throttle_words(unsigned long long reasons, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++)
        if (reasons & REASONS[i].bit && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "",
                                     REASONS[i].word);
}

static const char *const OPTIONS[] = {"--check", "--budget", "--total", "--device", "--help"};

static bool unknown_option(const char *word, Error *err) {
    Nearest nearest = {0};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++)
        nearest_offer(&nearest, word, OPTIONS[i]);
    error_set(err, "there is no option '%s'", word);
    if (nearest.best)
        error_hint(err, "did you mean '%s'?", nearest.best);
    return false;
}

// The number behind an option, in a range that ends at `most`.
static bool number_behind(int count, char *const words[], int at, double most, double *value,
                          Error *err) {
    if (at + 1 >= count)
        return error_set(err, "%s wants a number behind it", words[at]);
    char *end;
    *value = strtod(words[at + 1], &end);
    if (end == words[at + 1] || *end != '\0' || !(*value >= 0) || *value > most)
        return error_set(err, "%s: '%s' is not a number from 0 to %g", words[at], words[at + 1],
                         most);
    return true;
}

bool cuda_arguments(int count, char *const words[], CudaArguments *arguments, Error *err) {
    *arguments = (CudaArguments){0};
    for (int i = 1; i < count; i++) {
        const char *word = words[i];
        double device = 0;
        if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
            arguments->help = true;
        } else if (!strcmp(word, "--check")) {
            arguments->check_only = true;
        } else if (!strcmp(word, "--budget")) {
            if (!number_behind(count, words, i++, 3600, &arguments->budget_s, err))
                return false;
        } else if (!strcmp(word, "--total")) {
            if (!number_behind(count, words, i++, 1e6, &arguments->total_s, err))
                return false;
        } else if (!strcmp(word, "--device")) {
            if (!number_behind(count, words, i++, 1023, &device, err))
                return false;
            if (device != floor(device))
                return error_set(err, "--device: '%s' is not a whole number", words[i]);
            arguments->device = (int)device;
        } else if (word[0] == '-' && word[1] != '\0') {
            return unknown_option(word, err);
        } else if (!arguments->shapes) {
            arguments->shapes = word;
        } else if (!arguments->results) {
            arguments->results = word;
        } else {
            return error_set(err, "'%s' is one file too many", word);
        }
    }
    if (!arguments->help && !arguments->results)
        return error_set(err, "two files are wanted: shapes to read, results to write");
    return true;
}
