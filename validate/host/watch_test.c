#include "validate/host/watch.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/clock.h"
#include "sim/base/test.h"
#include "validate/host/host.h"
#include "validate/rounds.h"

// A program that takes all it gets of the core that this thread is pinned to.
static pid_t start_hog(void) {
    pid_t parent = getpid(), pid = fork();
    for (volatile double sum = 0; pid == 0 && getppid() == parent;)
        sum = sum + 1;
    if (pid == 0)
        _exit(0);
    return pid;
}

// What is seen in so many seconds of a small kernel.
static Round look(void *device, double seconds) {
    Task task;
    Measurement out = {0};
    Error err;
    task_init(&task);
    task.id = 1;
    task.m = 64;
    task.n = task.k = 256;
    task.a = task.b = (int)FORMAT_FP32;
    assert_true(task_finish(&task, &err));
    assert_int_equal(HOST_BACKEND.prepare(device, &task, 1, &out), RUN_MEASURED);
    assert_int_equal(HOST_BACKEND.run(device, &out), RUN_MEASURED);
    for (double until_s = clock_s() + seconds; clock_s() < until_s;)
        assert_true(HOST_BACKEND.sample(device, true, &out) > 0);
    HOST_BACKEND.drop(device);
    return out.rounds[0];
}

// Whatever else runs here at the time: a hog beside the kernel takes a share that no round is counted with.
TEST(watch, sees_a_hog_on_a_core) {
    void *device;
    Device about;
    Error err;
    assert_true(HOST_BACKEND.open(&device, &about, &err));
    Round before = look(device, 0.3);
    assert_true(before.taken >= 0 && before.taken < 1);
    assert_true(before.stolen >= 0 && before.stolen <= 1);
    assert_true(before.pulse_flop_per_s > 1e8 && before.pulse_flop_per_s < 1e15);
    pid_t hog = start_hog();
    assert_true(hog > 0);
    Round beside = look(device, 0.5);
    kill(hog, SIGKILL);
    waitpid(hog, NULL, 0);
    HOST_BACKEND.close(device);
    assert_true(beside.taken > ROUNDS_TAKEN || beside.stolen > ROUNDS_STOLEN);
    assert_int_not_equal(rounds_seen(&beside, beside.pulse_flop_per_s), VERDICT_SOUND);
}
