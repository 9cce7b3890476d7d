/* Of qemu-plugin.h, which Debian does not ship, what our plugins use. */
#ifndef TESTS_QEMU_PLUGIN_H
#define TESTS_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*at_translation)(qemu_plugin_id_t id, struct qemu_plugin_tb *block);
typedef void (*at_execution)(unsigned processor, void *data);
typedef void (*at_access)(
    unsigned processor, qemu_plugin_meminfo_t info, uint64_t address, void *data);
typedef void (*at_exit)(qemu_plugin_id_t id, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, at_translation callback);
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *block, at_execution callback, int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, at_execution callback, int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(
    struct qemu_plugin_insn *insn, at_access callback, int flags, int kinds, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, at_exit callback, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);

#define READS_AND_WRITES 3 /* of memory */

#define VISIBLE __attribute__((visibility("default")))
VISIBLE int qemu_plugin_version = PLUGIN_VERSION;
VISIBLE int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count, char **word);

#endif
