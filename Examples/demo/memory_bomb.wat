;; Asks for memory, a mebibyte at a time, until it is refused, and then goes on as careless programs do: it
;; uses what it did not get.
(module
  (memory (export "memory") 1)
  (func $grow_for_ever (export "grow_for_ever")
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
