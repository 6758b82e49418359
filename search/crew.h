// crew.h — threads that evaluate lists of ids; for a search whose next points depend on what the last ones gave.
#ifndef SEARCH_CREW_H
#define SEARCH_CREW_H

#include "search/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Crew Crew;

// For lists of at most `most` ids, on that many threads, the caller's among them. crew_free frees it.
Crew *crew_new(const Goal *goal, Worker *const workers[], int threads, int most);
void crew_free(Crew *crew);

// Evaluates the ids, which are cut into short blocks whatever the number of threads; returns how many blocks. outcomes[i]
// belongs to ids[i]; of a block that failed it is left as it was. The blocks are valid until the next call.
int crew_evaluate(Crew *crew, const int64_t ids[], int count, Outcome outcomes[],
                  Block *const **blocks);

#ifdef __cplusplus
}
#endif
#endif
