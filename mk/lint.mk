# lint.mk: the formatter, the analysers and the rules of the tree that a machine can check.

LINT_C := $(sort $(shell find src efi vboard tools bench tests witness -name '*.c' -not -path 'tools/mutate/*'))
LINT_H := $(shell find src efi include vboard witness tools bench tests -name '*.h')
LINT_SH := $(wildcard tools/*.sh tests/*/*.sh .ci/run)

.PHONY: lint-files lint-format lint-cppcheck lint-tidy lint-shell lint-rules
lint-files: lint-format lint-cppcheck lint-tidy lint-shell lint-rules

lint-format:
	$(call say,FORMAT,all C sources and headers)
	$(Q)clang-format --dry-run -Werror $(LINT_C) $(LINT_H)

lint-cppcheck: | $(VERSION_H)
	$(call say,CHECK,cppcheck)
	$(Q)mkdir -p $(B)/cppcheck
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--error-exitcode=1 --cppcheck-build-dir=$(B)/cppcheck --suppressions-list=mk/cppcheck.txt \
		-j2 $(INCLUDES) $(filter src/% vboard/% efi/% tools/%,$(LINT_C))

TIDY := $(addprefix $(B)/tidy/,$(addsuffix .ok,$(filter src/% efi/% vboard/%,$(LINT_C))))
lint-tidy: $(TIDY)

$(B)/tidy/efi/%.ok: efi/% .clang-tidy $(LINT_H) | $(VERSION_H)
	$(call say,TIDY,$<)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(EFI_DEFINES) $(EFI_INCLUDES) -std=c11 >$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)touch $@

$(B)/tidy/%.ok: % .clang-tidy $(LINT_H) | $(VERSION_H)
	$(call say,TIDY,$<)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- -std=c11 $(INCLUDES) >$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)touch $@

lint-shell:
	$(call say,SHELL,all shell scripts)
	$(Q)shellcheck $(LINT_SH)

lint-rules:
	$(call say,RULES,who includes whom)
	$(Q)tools/check-rules.sh
