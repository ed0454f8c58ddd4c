# mutate.mk: are the tests able to fail? Mutations of src/ and of the stick's files, and the coverage of the unit tests.

# The one that the package is for.
DEBIAN_PYTHON := /usr/bin/python3
SAMPLE ?= 300
SEED ?= 1

MUTATE_OBJ := $(patsubst %.c,$(B)/board/%.o,$(shell find tests/unit -name 'test_*.c') tools/mutate/mutant.c)

## mutate: change src/ in SAMPLE (300) places, one at a time (SEED=1, ONLY=word): do the unit tests notice?
.PHONY: mutate mutate-files
mutate:
	$(call needs,unit mutate)
	$(Q)$(MAKE) $(JOBS) mutate-files
	$(Q)$(DEBIAN_PYTHON) tools/mutate/mutate.py --sample $(SAMPLE) --seed $(SEED) --only '$(ONLY)' --tests '$(TESTS)' \
		$(if $(LONGEST),--longest $(LONGEST)) \
		--build $(B)/mutate --objects $(B)/board --library $(B)/bench/libfirstlight.a \
		--generated $(B)/generated $(SRC_C)
mutate-files: $(MUTATE_OBJ) $(B)/bench/libfirstlight.a

# The files of the stick instead of the sources: does a run notice a wrong value?
SWEEP ?= 0
.PHONY: sweep
## sweep: change each value of the stick's files, one at a time (SWEEP=n: n of each file, ONLY=word): does a run on the virtual board notice?
sweep:
	$(call needs,unit mutate)
	$(Q)$(MAKE) $(JOBS) $(B)/rom-on-host
	$(Q)$(PYTHON) tools/sweep/sweep.py --sample $(SWEEP) --seed $(SEED) --only '$(ONLY)' --directory $(B)/sweep

# The unit tests once more, without optimising and counted. Files that no test links count as well: gcovr
# knows them from what the compiler leaves beside their objects.
COVERED := $(B)/coverage
## coverage: lines and branches of src/ that the unit tests reach, by folder
.PHONY: coverage
coverage:
	$(call needs,unit mutate)
	$(Q)$(MAKE) $(JOBS) B=$(COVERED) SANITIZE='--coverage -O0' unit-files
	$(Q)find $(COVERED) -name '*.gcda' -delete
	$(Q)BUILD=$(COVERED) tools/run-tests.sh $(UNIT_TESTS:$(B)/%=$(COVERED)/%)
	$(Q)gcovr --root . --filter src/ --csv --output $(COVERED)/coverage.csv $(COVERED)/host/src
	$(Q)tools/coverage.awk $(COVERED)/coverage.csv
