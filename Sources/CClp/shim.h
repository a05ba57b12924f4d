#ifndef EQUIPOISE_CCLP_SHIM_H
#define EQUIPOISE_CCLP_SHIM_H

#include <coin/Clp_C_Interface.h>

#endif
