/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qemu_plugin.h: the part of QEMU's TCG plugin interface that the witness uses, declared by hand
 * since no Debian package ships a header. WITNESS_API is the interface number to build for:
 * 1 for QEMU 7.2, 3 for 9.1 to 11.0, 7 for 11.1 (docs/witness.md).
 */
#ifndef WITNESS_QEMU_PLUGIN_H
#define WITNESS_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

enum { QEMU_PLUGIN_CB_NO_REGS = 0, QEMU_PLUGIN_CB_R_REGS = 1 };
enum { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W = 2, QEMU_PLUGIN_MEM_RW = 3 };

/* Parameters of the callbacks that belong to the plugin as a whole. Interface 7 took the plugin's id away and gave
 * them user data instead, the last argument at registration. Older ones do not look at that argument. */
#if WITNESS_API >= 7
#define OF_PLUGIN(parameter) parameter, __attribute__((unused)) void *user_data
#else
#define OF_PLUGIN(parameter) __attribute__((unused)) qemu_plugin_id_t plugin_id, parameter
#endif

typedef void (*qemu_plugin_reset_cb)(void); /* gets the id, or user data */
typedef void (*qemu_plugin_vcpu_cb)(OF_PLUGIN(unsigned vcpu));
typedef void (*qemu_plugin_tb_cb)(OF_PLUGIN(struct qemu_plugin_tb *tb));
typedef void (*qemu_plugin_insn_cb)(unsigned vcpu, void *data);
typedef void (*qemu_plugin_mem_cb)(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address,
				   void *data);

void qemu_plugin_reset(qemu_plugin_id_t id, qemu_plugin_reset_cb cb, void *data);
void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_cb cb, void *data);
void qemu_plugin_register_vcpu_idle_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_cb cb, void *data);
void qemu_plugin_register_vcpu_resume_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_cb cb, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_tb_cb cb, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_insn_cb cb,
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_mem_cb cb,
				      int flags, int rw, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info);
#if WITNESS_API >= 3
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t size);
#else
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#endif

#if WITNESS_API >= 2
/* GLib's GArray and GByteArray, as far as their users look. */
struct witness_array {
	char *data;
	unsigned length;
};
struct witness_bytes {
	uint8_t *data;
	unsigned length;
};
struct qemu_plugin_register;
struct qemu_plugin_reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};
/* Elements grow at their end from version to version. */
struct witness_array *qemu_plugin_get_registers(void);
unsigned g_array_get_element_size(struct witness_array *array);
/* Appends to `to`. What it returns differs between versions: look at the length. */
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct witness_bytes *to);
struct witness_bytes *g_byte_array_new(void);
struct witness_bytes *g_byte_array_set_size(struct witness_bytes *array, unsigned size);
#endif

#endif
