#pragma once

// Stands in for NVIDIA's header of the same name, of which libtorch's headers for NCCL only hand names on.
#include "cusolver_common.h"
typedef struct cusolverDnContext *cusolverDnHandle_t;
