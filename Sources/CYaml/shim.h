#ifndef EQUIPOISE_CYAML_SHIM_H
#define EQUIPOISE_CYAML_SHIM_H

#include <yaml.h>

#endif
