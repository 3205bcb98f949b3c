#pragma once

// Stands in for NVIDIA's header of the same name, of which libtorch's headers for NCCL only hand names on.
typedef struct cublasContext *cublasHandle_t;
typedef enum { CUBLAS_STATUS_SUCCESS = 0 } cublasStatus_t;
