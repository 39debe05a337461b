;; Measures allocation and collection: binary trees that live short and long, lists that are reversed and merged, and a
;; rope of arrays. `size`: how many rounds.
(module
  (type $tree (struct (field $left (ref null $tree)) (field $right (ref null $tree)) (field $value i32)))
  (type $list (struct (field $head i64) (field $tail (mut (ref null $list)))))
  (type $bytes (array (mut i8)))
  (type $rope (sub (struct (field $length i32))))
  (type $leaf (sub final $rope (struct (field i32) (field $text (ref $bytes)))))
  (type $node (sub final $rope (struct (field i32) (field $first (ref $rope)) (field $second (ref $rope)))))

  (func $mix (param $checksum i64) (param $value i64) (result i64)
    (local.set $checksum (i64.mul (i64.xor (local.get $checksum) (local.get $value)) (i64.const 0x9E3779B97F4A7C15)))
    (i64.xor (local.get $checksum) (i64.shr_u (local.get $checksum) (i64.const 29))))

  (func $grow (param $depth i32) (param $value i32) (result (ref $tree))
    (if (result (ref $tree)) (local.get $depth)
      (then (struct.new $tree
        (call $grow (i32.sub (local.get $depth) (i32.const 1)) (i32.mul (local.get $value) (i32.const 2)))
        (call $grow (i32.sub (local.get $depth) (i32.const 1)) (i32.add (i32.mul (local.get $value) (i32.const 2)) (i32.const 1)))
        (local.get $value)))
      (else (struct.new $tree (ref.null $tree) (ref.null $tree) (local.get $value)))))

  (func $sum (param $tree (ref null $tree)) (result i32)
    (if (result i32) (ref.is_null (local.get $tree))
      (then (i32.const 0))
      (else (i32.sub
        (i32.add (struct.get $tree $value (local.get $tree)) (call $sum (struct.get $tree $left (local.get $tree))))
        (call $sum (struct.get $tree $right (local.get $tree)))))))

  (func $numbers (param $count i32) (param $seed i64) (result (ref null $list)) (local $list (ref null $list))
    (loop $more
      (local.set $seed (i64.add (i64.mul (local.get $seed) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
      (local.set $list (struct.new $list (i64.shr_u (local.get $seed) (i64.const 33)) (local.get $list)))
      (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $list))

  ;; Every other cell to a list of its own, in reverse.
  (func $split (param $list (ref null $list)) (result (ref null $list) (ref null $list))
    (local $first (ref null $list)) (local $second (ref null $list)) (local $other (ref null $list))
    (block $end
      (loop $more
        (br_if $end (ref.is_null (local.get $list)))
        (local.set $other (struct.new $list (struct.get $list $head (local.get $list)) (local.get $first)))
        (local.set $first (local.get $second))
        (local.set $second (local.get $other))
        (local.set $list (struct.get $list $tail (local.get $list)))
        (br $more)))
    (local.get $first) (local.get $second))

  (func $merge (param $a (ref null $list)) (param $b (ref null $list)) (result (ref null $list))
    (local $start (ref $list)) (local $end (ref $list)) (local $cell (ref null $list))
    (local.set $start (struct.new $list (i64.const 0) (ref.null $list)))
    (local.set $end (local.get $start))
    (block $done
      (loop $more
        (if (ref.is_null (local.get $a)) (then
          (struct.set $list $tail (local.get $end) (local.get $b)) (br $done)))
        (if (ref.is_null (local.get $b)) (then
          (struct.set $list $tail (local.get $end) (local.get $a)) (br $done)))
        (if (i64.lt_u (struct.get $list $head (local.get $b)) (struct.get $list $head (local.get $a)))
          (then (local.set $cell (local.get $b)) (local.set $b (struct.get $list $tail (local.get $b))))
          (else (local.set $cell (local.get $a)) (local.set $a (struct.get $list $tail (local.get $a)))))
        (struct.set $list $tail (local.get $end) (local.get $cell))
        (local.set $end (ref.as_non_null (local.get $cell)))
        (br $more)))
    (struct.get $list $tail (local.get $start)))

  (func $sort (param $list (ref null $list)) (result (ref null $list))
    (local $a (ref null $list)) (local $b (ref null $list))
    (if (ref.is_null (local.get $list)) (then (return (local.get $list))))
    (if (ref.is_null (struct.get $list $tail (local.get $list))) (then (return (local.get $list))))
    (call $split (local.get $list)) (local.set $b) (local.set $a)
    (call $merge (call $sort (local.get $a)) (call $sort (local.get $b))))

  (func $rope (param $pieces i32) (result (ref $rope)) (local $half i32) (local $text (ref $bytes))
    (local $first (ref $rope)) (local $second (ref $rope))
    (if (i32.le_u (local.get $pieces) (i32.const 1)) (then
      (local.set $text (array.new $bytes (i32.add (local.get $pieces) (i32.const 65)) (i32.const 24)))
      (array.set $bytes (local.get $text) (i32.const 5) (i32.const 32))
      (return (struct.new $leaf (i32.const 24) (local.get $text)))))
    (local.set $half (i32.shr_u (local.get $pieces) (i32.const 1)))
    (local.set $first (call $rope (local.get $half)))
    (local.set $second (call $rope (i32.sub (local.get $pieces) (local.get $half))))
    (struct.new $node
      (i32.add (struct.get $rope $length (local.get $first)) (struct.get $rope $length (local.get $second)))
      (local.get $first) (local.get $second)))

  ;; Copies the rope's text to `target` from `at` on.
  (func $flatten (param $rope (ref $rope)) (param $target (ref $bytes)) (param $at i32)
    (local $node (ref $node))
    (block $leaf (result (ref $leaf))
      (br_on_cast $leaf (ref $rope) (ref $leaf) (local.get $rope))
      (local.set $node (ref.cast (ref $node)))
      (call $flatten (struct.get $node $first (local.get $node)) (local.get $target) (local.get $at))
      (return_call $flatten (struct.get $node $second (local.get $node)) (local.get $target)
        (i32.add (local.get $at) (struct.get $rope $length (struct.get $node $first (local.get $node))))))
    (local.set $rope)
    (array.copy $bytes $bytes (local.get $target) (local.get $at)
      (struct.get $leaf $text (ref.cast (ref $leaf) (local.get $rope))) (i32.const 0) (i32.const 24)))

  (func $run (export "run") (param $size i32) (result i64)
    (local $checksum i64) (local $round i32) (local $kept (ref null $tree)) (local $list (ref null $list))
    (local $rope (ref $rope)) (local $text (ref $bytes)) (local $at i32)
    (block $end
      (loop $more
        (br_if $end (i32.ge_s (local.get $round) (local.get $size)))
        ;; One large tree in 16 rounds, and small ones in between.
        (if (i32.eqz (i32.and (local.get $round) (i32.const 15)))
          (then (local.set $kept (call $grow (i32.const 11) (local.get $round)))))
        (local.set $checksum (call $mix (local.get $checksum) (i64.extend_i32_s (call $sum (call $grow
          (i32.add (i32.const 5) (i32.rem_u (local.get $round) (i32.const 4))) (local.get $round))))))
        (local.set $list (call $sort (call $numbers (i32.const 150) (i64.extend_i32_u (local.get $round)))))
        (block $sorted
          (loop $next
            (br_if $sorted (ref.is_null (local.get $list)))
            (local.set $checksum (call $mix (local.get $checksum) (struct.get $list $head (local.get $list))))
            (local.set $list (struct.get $list $tail (local.get $list)))
            (br $next)))
        (local.set $rope (call $rope (i32.add (i32.const 20) (i32.and (local.get $round) (i32.const 15)))))
        (local.set $text (array.new_default $bytes (struct.get $rope $length (local.get $rope))))
        (call $flatten (local.get $rope) (local.get $text) (i32.const 0))
        (local.set $at (i32.const 0))
        (loop $letters
          (local.set $checksum (i64.rotl (i64.xor (local.get $checksum)
            (i64.extend_i32_u (array.get_u $bytes (local.get $text) (local.get $at)))) (i64.const 7)))
          (br_if $letters (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1)))
            (array.len (local.get $text)))))
        (local.set $round (i32.add (local.get $round) (i32.const 1)))
        (br $more)))
    (call $mix (local.get $checksum) (i64.extend_i32_s (call $sum (local.get $kept)))))
  (func (export "_start")
    (if (i64.ne (call $run (i32.const DEFAULT_SIZE)) (i64.const DEFAULT_RESULT)) (then (unreachable)))))
