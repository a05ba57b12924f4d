// The interface has no code of its own: its functions are defined in Swift. This file proves that
// the header stands alone.
#include "equipoise.h"
