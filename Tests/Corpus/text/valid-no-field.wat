;; A module without fields is one, also without (module).
