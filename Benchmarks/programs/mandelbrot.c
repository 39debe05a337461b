// Measures f64 arithmetic in tight loops that end unpredictably: escape times of the Mandelbrot set and of a Julia
// set, with a smoothed value and the distance estimate's derivative for the points that escape.
#include "support.h"

enum { most_steps = 120 };

typedef struct {
  int32_t steps;
  double magnitude;
  double slope;
} Escape;

// Iterates z := z * z + c, and the derivative along with it.
static Escape escape_of(double x, double y, double cx, double cy) {
  double dx = 1, dy = 0;
  for (int32_t step = 0; step < most_steps; step++) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 16) return (Escape){step, xx + yy, dx * dx + dy * dy};
    double next = 2 * (x * dx - y * dy) + 1;
    dy = 2 * (x * dy + y * dx);
    dx = next;
    y = 2 * x * y + cy;
    x = xx - yy + cx;
  }
  return (Escape){most_steps, 0, 1};
}

// The main cardioid and the disk left of it, whose points never escape.
static bool is_inside(double x, double y) {
  double q = (x - 0.25) * (x - 0.25) + y * y;
  return q * (q + (x - 0.25)) <= 0.25 * y * y || (x + 1) * (x + 1) + y * y <= 0.0625;
}

// `size`: the width and height of both pictures.
RUN(size) {
  uint64_t checksum = 0;
  double scale = 2.6 / size, brightness = 0;
  for (int32_t row = 0; row < size; row++) {
    int32_t row_steps = 0;
    for (int32_t column = 0; column < size; column++) {
      double x = column * scale - 1.9, y = row * scale - 1.3;
      if (!is_inside(x, y)) {
        Escape escape = escape_of(0, 0, x, y);
        row_steps += escape.steps;
        brightness += __builtin_sqrt(escape.magnitude / escape.slope);
      }
      Escape julia = escape_of(x + 0.6, y, -0.79, 0.15);
      row_steps += 3 * julia.steps;
      brightness += 1 / (1 + julia.magnitude);
    }
    checksum = mix(checksum, (uint64_t)row_steps);
    checksum = mix_double(checksum, brightness);
  }
  return (int64_t)checksum;
}

START
