// start.h — where the fit of a class begins: what is published of its library, or what its rows show at a glance.
//
// A fit walks downhill from here, and a library with several protocols has more valleys than one.
#ifndef VALIDATE_START_H
#define VALIDATE_START_H

#include "hw/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

// The constants of the class; those of datasheet mode where nothing better is known.
KernelConstants start_of(KernelClass of);

#ifdef __cplusplus
}
#endif
#endif
