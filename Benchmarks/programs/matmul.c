// Measures dense linear algebra in f64: a naive and a blocked product of matrices, and the solution of a system of
// equations by LU decomposition with pivoting. Loads with computed addresses, multiplications and additions.
#include "support.h"

enum { largest = 256, block = 16 };

static double a[largest][largest], b[largest][largest], c[largest][largest], d[largest][largest];
static double right_side[largest], solution[largest];

static void fill(Random *random, double matrix[][largest], int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) matrix[i][j] = 2 * random_unit(random) - 1;
  }
}

static void multiply(int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      double sum = 0;
      for (int32_t k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
}

static int32_t smaller(int32_t left, int32_t right) {
  return left < right ? left : right;
}

// Every element's terms are added in the same order as above, so the result is the same to the last bit.
static void multiply_blocked(int32_t n) {
  for (int32_t i = 0; i < n; i++) memset(d[i], 0, (size_t)n * sizeof d[i][0]);
  for (int32_t ii = 0; ii < n; ii += block) {
    for (int32_t kk = 0; kk < n; kk += block) {
      for (int32_t jj = 0; jj < n; jj += block) {
        for (int32_t i = ii; i < smaller(ii + block, n); i++) {
          for (int32_t k = kk; k < smaller(kk + block, n); k++) {
            double factor = a[i][k];
            for (int32_t j = jj; j < smaller(jj + block, n); j++) d[i][j] += factor * b[k][j];
          }
        }
      }
    }
  }
}

static double absolute(double number) {
  return number < 0 ? -number : number;
}

// Solves c * solution = right_side; c becomes its own decomposition. Returns the determinant's sign, or 0.
static int32_t solve(int32_t n) {
  int32_t sign = 1;
  for (int32_t i = 0; i < n; i++) solution[i] = right_side[i];
  for (int32_t column = 0; column < n; column++) {
    int32_t pivot = column;
    for (int32_t i = column + 1; i < n; i++) {
      if (absolute(c[i][column]) > absolute(c[pivot][column])) pivot = i;
    }
    if (c[pivot][column] == 0) return 0;
    if (pivot != column) {
      sign = -sign;
      for (int32_t j = 0; j < n; j++) {
        double kept = c[pivot][j];
        c[pivot][j] = c[column][j];
        c[column][j] = kept;
      }
      double kept = solution[pivot];
      solution[pivot] = solution[column];
      solution[column] = kept;
    }
    if (c[column][column] < 0) sign = -sign;
    for (int32_t i = column + 1; i < n; i++) {
      double factor = c[i][column] / c[column][column];
      c[i][column] = factor;
      for (int32_t j = column + 1; j < n; j++) c[i][j] -= factor * c[column][j];
      solution[i] -= factor * solution[column];
    }
  }
  for (int32_t i = n - 1; i >= 0; i--) {
    for (int32_t j = i + 1; j < n; j++) solution[i] -= c[i][j] * solution[j];
    solution[i] /= c[i][i];
  }
  return sign;
}

// `size`: the matrices' width, at most 256.
RUN(size) {
  int32_t n = smaller(size, largest);
  uint64_t checksum = 0;
  Random random = random_from(64);
  fill(&random, a, n);
  fill(&random, b, n);
  multiply(n);
  multiply_blocked(n);
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      if (c[i][j] != d[i][j]) return -1;
      checksum = mix_double(checksum, c[i][j]);
    }
    right_side[i] = random_unit(&random);
  }
  int32_t sign = solve(n);
  // d still has the matrix: how far off is the solution?
  for (int32_t i = 0; i < n; i++) {
    double error = -right_side[i];
    for (int32_t j = 0; j < n; j++) error += d[i][j] * solution[j];
    if (absolute(error) > 1e-6) return -2;
    checksum = mix_double(checksum, solution[i]);
  }
  return (int64_t)mix(checksum, (uint64_t)sign);
}

START
