#include <stdlib.h>

#include "arch/quality.h"
#include "lua/library.h"
#include "lua/names.h"
#include "lua/why.h"
#include "sim/base/test.h"

static const char *const BASE[] = {"chip",   "h100_sxm", "model", "llama-3.1-8b", "phase",
                                   "decode", "batch",    "16",    "context",      "2048"};

static void set(Request *request, const char *key, const char *text) {
    Error err;
    assert_true(request_set_text(request, request_key(key, &err), text, &err));
}

static Request base_request(void) {
    Request request = request_new();
    for (size_t i = 0; i < sizeof BASE / sizeof BASE[0]; i += 2)
        set(&request, BASE[i], BASE[i + 1]);
    return request;
}

static Library *open_data(void) {
    Error err;
    Library *library = library_open(&err);
    assert_non_null(library);
    return library;
}

TEST(objective, buys_tokens_for_a_training_budget) {
    Library *library = open_data();
    Request request = base_request();
    Design design;
    Metrics budget, tokens;
    Error err;
    set(&request, "training_flop", "1e24");
    assert_true(request_resolve(&request, library, &design, &err));
    double trained = 1e24 / (6 * design.model->active_params);
    assert_near(design_training_tokens(&design), trained, 1e-12);
    evaluate(&design, &budget, NULL);
    design.training_flop = 0;
    design.training_tokens = trained;
    evaluate(&design, &tokens, NULL);
    assert_true(budget.loss == tokens.loss && budget.extrapolated && tokens.extrapolated);
    assert_near(tokens.loss, quality_loss_nats(design.model->params, trained), 1e-12);
    library_free(library);
}

TEST(objective, refuses_tokens_and_budget_together) {
    Library *library = open_data();
    Request request = base_request();
    Design design;
    Error err = {0};
    set(&request, "training_flop", "1e24");
    set(&request, "training_tokens", "1e12");
    assert_false(request_resolve(&request, library, &design, &err));
    assert_non_null(strstr(err.what, "training_flop"));
    assert_non_null(strstr(err.what, "training_tokens"));
    library_free(library);
}

TEST(objective, takes_the_rent_of_the_request_first) {
    Library *library = open_data();
    Request request = base_request();
    Design design;
    Metrics own, given;
    Error err;
    assert_true(request_resolve(&request, library, &design, &err));
    evaluate(&design, &own, NULL);
    set(&request, "usd_per_chip_hour", "1.475");
    assert_true(request_resolve(&request, library, &design, &err));
    evaluate(&design, &given, NULL);
    assert_near(given.usd_per_mtoken / own.usd_per_mtoken, 1.475 / design.chip->price.usd_per_hour,
                1e-12);
    assert_false(request_set_text(&request, request_key("usd_per_chip_hour", &err), "0", &err));
    library_free(library);
}

// A number that is not known says what is missing.
TEST(objective, says_why_it_is_null) {
    static const struct {
        const char *metric, *word;
    } CASES[] = {
        {"energy_j_per_token", "TDP"              },
        {"power_w",            "TDP"              },
        {"usd_per_mtoken",     "usd_per_chip_hour"},
        {"loss",               "training_tokens"  },
    };
    Library *library = open_data();
    Request request = base_request();
    Design design;
    Error err;
    set(&request, "chip", "trainium1");
    assert_true(request_resolve(&request, library, &design, &err));
    Breakdown *breakdown = calloc(1, sizeof *breakdown);
    Metrics metrics;
    evaluate(&design, &metrics, breakdown);
    Why why = {&design, &metrics, breakdown};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Text out = {0};
        assert_true(why_text(&out, CASES[i].metric, &why, &err));
        char *end = strchr(out.data, '\n');
        assert_non_null(end);
        *end = '\0';
        assert_non_null(strstr(out.data, CASES[i].word));
        text_free(&out);
    }
    free(breakdown);
    library_free(library);
}
