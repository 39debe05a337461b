// Measures f64 arithmetic with division and square root over small arrays of structures: bodies that attract each
// other, moved by the leapfrog method, with their energy taken now and then.
#include "support.h"

enum { body_count = 7 };

typedef struct {
  double x, y, z;
  double vx, vy, vz;
  double mass;
} Body;

static Body bodies[body_count];

// A heavy body in the middle, and light ones on tilted, nearly circular orbits around it.
static void place_bodies(void) {
  Random random = random_from(3);
  bodies[0] = (Body){0, 0, 0, 0, 0, 0, 40};
  for (int i = 1; i < body_count; i++) {
    double distance = i + 0.5 * random_unit(&random), tilt = 0.2 * random_unit(&random) - 0.1;
    double speed = __builtin_sqrt(bodies[0].mass / distance);
    // (c, s) is on the unit circle, for t between 0 and 2.
    double t = 2 * random_unit(&random), c = (1 - t * t) / (1 + t * t), s = 2 * t / (1 + t * t);
    bodies[i] = (Body){distance * c, distance * s, distance * tilt, -speed * s, speed * c, speed * tilt,
                       0.01 + 0.04 * random_unit(&random)};
  }
  for (int i = 1; i < body_count; i++) {
    double share = bodies[i].mass / bodies[0].mass;
    bodies[0].vx -= bodies[i].vx * share;
    bodies[0].vy -= bodies[i].vy * share;
    bodies[0].vz -= bodies[i].vz * share;
  }
}

static void accelerate(double step) {
  for (int i = 0; i < body_count; i++) {
    Body *left = &bodies[i];
    for (int j = i + 1; j < body_count; j++) {
      Body *right = &bodies[j];
      double dx = right->x - left->x, dy = right->y - left->y, dz = right->z - left->z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = step / (square * __builtin_sqrt(square));
      left->vx += dx * right->mass * pull;
      left->vy += dy * right->mass * pull;
      left->vz += dz * right->mass * pull;
      right->vx -= dx * left->mass * pull;
      right->vy -= dy * left->mass * pull;
      right->vz -= dz * left->mass * pull;
    }
  }
}

static void move(double step) {
  for (int i = 0; i < body_count; i++) {
    Body *body = &bodies[i];
    body->x += body->vx * step;
    body->y += body->vy * step;
    body->z += body->vz * step;
  }
}

static double energy(void) {
  double sum = 0;
  for (int i = 0; i < body_count; i++) {
    const Body *left = &bodies[i];
    sum += 0.5 * left->mass * (left->vx * left->vx + left->vy * left->vy + left->vz * left->vz);
    for (int j = i + 1; j < body_count; j++) {
      const Body *right = &bodies[j];
      double dx = right->x - left->x, dy = right->y - left->y, dz = right->z - left->z;
      sum -= left->mass * right->mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

// `size`: how many steps in time.
RUN(size) {
  const double step = 0.001;
  uint64_t checksum = 0;
  place_bodies();
  for (int32_t i = 0; i < size; i++) {
    move(step / 2);
    accelerate(step);
    move(step / 2);
    if (i % 64 == 0) checksum = mix_double(checksum, energy());
  }
  for (int i = 0; i < body_count; i++) {
    checksum = mix_double(mix_double(mix_double(checksum, bodies[i].x), bodies[i].y), bodies[i].z);
  }
  return (int64_t)checksum;
}

START
