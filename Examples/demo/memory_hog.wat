;; Wants a gibibyte from the start.
(module
  (memory (export "memory") 16384)
  (func (export "run")))
