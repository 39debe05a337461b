// Calls and little else: what a function call costs. fib(30) makes 2.7 million of them.
__attribute__((export_name("fib"), noinline)) int fib(int n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
