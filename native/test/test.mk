# Tests of the interpreter, included by ../Makefile, part of `make test`.  make operations | make fuzz
# They are built for the machine's own C library, with AddressSanitizer and UndefinedBehaviorSanitizer where the compiler
# has them. `make operations FILTER=mount` runs the tests whose name contains that.

TEST_CC    ?= gcc
SANITIZE   ?= -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_SECONDS ?= 10
FILTER     ?=
TEST_FLAGS := $(BASE) -Itest $(WARN) -O1 -g -fno-omit-frame-pointer
INTERPRETER:= control copy_up descriptor device_filter failure hook interpret launcher mounts op_credentials op_device op_driver op_exec op_filter \
	op_home op_hook op_join op_launch op_mount op_namespace op_path op_process op_rootfs op_schedule op_terminal op_tree own_proc process program safe_path safe_proc signals times words
OPERATIONS := operations check encode driver_end test_program test_path test_mount test_cover test_rootfs test_device test_process \
	test_credential test_terminal test_life test_container test_join
TEST_HEADERS := $(HEADERS) $(wildcard test/*.h) test/test.mk

$(OUT)/operations: $(INTERPRETER:%=src/%.c) $(OPERATIONS:%=test/%.c) $(TEST_HEADERS)
	@mkdir -p $(OUT)
	$(TEST_CC) $(TEST_FLAGS) $(SANITIZE) -o $@ $(INTERPRETER:%=src/%.c) $(OPERATIONS:%=test/%.c)

$(OUT)/fuzz_program: src/program.c src/failure.c test/fuzz_program.c test/encode.c $(TEST_HEADERS)
	@mkdir -p $(OUT)
	$(TEST_CC) $(TEST_FLAGS) $(SANITIZE) -o $@ src/program.c src/failure.c test/fuzz_program.c test/encode.c

# Processes that are not dumpable cannot be examined for leaks; nothing is allocated anyway.
operations: $(OUT)/operations
	ASAN_OPTIONS=detect_leaks=0 timeout 300 $(OUT)/operations $(FILTER)

fuzz: $(OUT)/fuzz_program
	timeout 120 $(OUT)/fuzz_program $(FUZZ_SECONDS)

test: operations fuzz

.PHONY: operations fuzz
