#pragma once

// Stands in for NVIDIA's header of the same name, of which libtorch's headers for NCCL only hand names on.
typedef struct cublasLtContext *cublasLtHandle_t;
