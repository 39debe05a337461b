(module (table $t 9 funcref) (func) (elem (table $t) (i32.const 2) 0 0))
