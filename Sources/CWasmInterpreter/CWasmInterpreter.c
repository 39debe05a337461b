#include "CWasmInterpreter.h"
