(module (import "m" (item "f" (func)) (item "g" (func))))
