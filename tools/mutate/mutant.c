/* mutant.c: reads which mutant lives and which test is to run, and shares the bytes of what is reached. */
#include "tools/mutate/mutant.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MUTANTS_MAX 65536u

unsigned mutant_alive;
static unsigned char nowhere[MUTANTS_MAX];
volatile unsigned char *mutant_reached = nowhere;

static void share(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0644);
	void *map;

	if (fd < 0 || ftruncate(fd, MUTANTS_MAX))
		exit(125);
	map = mmap(NULL, MUTANTS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		exit(125);
	mutant_reached = map;
	close(fd);
}

/* Before main: the tests know nothing of all this. */
__attribute__((constructor)) static void start(void)
{
	const char *alive = getenv("MUTANT");
	const char *test = getenv("MUTANT_TEST");
	const char *reached = getenv("MUTANT_REACHED");

	if (alive)
		mutant_alive = (unsigned)strtoul(alive, NULL, 10);
	if (test)
		cmocka_set_test_filter(test);
	if (reached)
		share(reached);
}
