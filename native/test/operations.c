/* Runs operations one by one, as root, in scratch namespaces. usage: operations [part of a test's name] */
#include "tests.h"

int main(int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : NULL;
	int number = 0, failed = 0;
#define RUN_TESTS(name) failed += run_tests(name##_tests, name##_test_count, filter, &number)
	RUN_TESTS(program);
	RUN_TESTS(path);
	RUN_TESTS(mount);
	RUN_TESTS(cover);
	RUN_TESTS(rootfs);
	RUN_TESTS(device);
	RUN_TESTS(process);
	RUN_TESTS(credential);
	RUN_TESTS(terminal);
	RUN_TESTS(life);
	RUN_TESTS(container);
	RUN_TESTS(join);
	printf("1..%d\n", number);
	return failed > 0;
}
