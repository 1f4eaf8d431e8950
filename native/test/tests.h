/* The lists of tests, one per file. */
#ifndef MINIRT_TEST_TESTS_H
#define MINIRT_TEST_TESTS_H

#include "check.h"

#define DECLARE_TESTS(name)                                                                                            \
	extern const struct test name##_tests[];                                                                       \
	extern const size_t name##_test_count
DECLARE_TESTS(program);
DECLARE_TESTS(path);
DECLARE_TESTS(mount);
DECLARE_TESTS(cover);
DECLARE_TESTS(rootfs);
DECLARE_TESTS(device);
DECLARE_TESTS(process);
DECLARE_TESTS(credential);
DECLARE_TESTS(terminal);
DECLARE_TESTS(life);
DECLARE_TESTS(container);
DECLARE_TESTS(join);

#define END_OF_TESTS(name) const size_t name##_test_count = sizeof name##_tests / sizeof *name##_tests

#endif
