;; Never ends: only a deadline or a fuel limit stops it.
(module
  (func $spin (export "spin")
    (loop $again (br $again))))
