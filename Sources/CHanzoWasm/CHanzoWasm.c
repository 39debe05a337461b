// The header is this target's purpose: HanzoWasmC implements it.
#include "hanzo_wasm.h"
