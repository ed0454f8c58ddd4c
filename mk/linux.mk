# The Linux rig (tests/linux/README.md): Linux's own camera drivers on the virtual board. A developer's
# test, not part of `make test`: it fetches a Debian kernel (260 MB). ARGS="--help" for its options.

# What it needs besides the packages of `make test`.
LINUX_APT = acpica-tools gcc-12 make bc xz-utils libelf1 libssl3 zlib1g qemu-system-x86

.PHONY: linux-test
linux-test: build/virtual-board build/ipu3-fw.bin
	tests/linux/run.sh --firmware build/ipu3-fw.bin $(ARGS)
