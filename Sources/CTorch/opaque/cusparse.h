#pragma once

// Stands in for NVIDIA's header of the same name, of which libtorch's headers for NCCL only hand names on.
typedef struct cusparseContext *cusparseHandle_t;
typedef enum { CUSPARSE_STATUS_SUCCESS = 0 } cusparseStatus_t;
extern "C" const char *cusparseGetErrorString(cusparseStatus_t);
