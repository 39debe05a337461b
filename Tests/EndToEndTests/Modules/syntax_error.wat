(module
  (func (export "run")
    (i32.add (i32.const 1)))
  (fnuc))
