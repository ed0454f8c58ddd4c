/*
 * bench.h: one camera of the virtual board, powered, and the receiver open: the driver in src/ and
 * the model on both ends of the same link. For the tests of the receiver and of the buffer queue.
 */
#ifndef TESTS_UNIT_CAMERA_BENCH_H
#define TESTS_UNIT_CAMERA_BENCH_H

#include "tests/unit/i2c/rig.h"

#include <unistd.h>

#include "camera/ipu3/ipu3.h"
#include "power/power.h"
#include "sensor/sensor.h"
#include "camera/stream/queue.h"

#define SECOND_US 1000000u

struct bench {
	struct rig rig;
	struct power power;
	struct cache cache;
	const struct board_camera *camera;
	struct sensor_desc desc;
	struct sensor sensor;
	const struct sensor_mode *mode;
	const struct pci_function *function;
	struct camera_device *device;
	struct camera_config config;
	struct frame_queue queue;
};

static inline struct cio2 *bench_cio2(struct bench *b)
{
	return (struct cio2 *)b->device;
}

static inline void bench_load_sensor(struct bench *b)
{
	char file[64];
	size_t size;
	char *text = shipped_read("sensors/", b->camera->sensor, &size);

	snprintf(file, sizeof file, "%s.ini", b->camera->sensor);
	if (sensor_parse(file, text, size, &b->desc, &b->rig.diag))
		fail_msg("%s", b->rig.diag.message);
	free(text);
}

static inline void bench_power_camera(struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->rig.board.camera_count; i++)
		if (!strcmp(b->rig.board.cameras[i].name, name))
			b->camera = &b->rig.board.cameras[i];
	assert_non_null(b->camera);
	assert_int_equal(power_init(&b->power, &b->rig.board, b->rig.buses, &b->rig.diag), FL_OK);
	if (power_up(&b->power, b->camera->power))
		fail_msg("%s", b->rig.diag.message);
	bench_load_sensor(b);
	sensor_init(&b->sensor, &b->desc, b->rig.buses[b->camera->bus], b->camera->address,
		    &b->rig.diag);
}

/* Board and PCI only: nothing is open. */
static inline void bench_attach(struct bench *b, const struct vboard_options *options)
{
	const struct host_mmio pads = {.base = 0xfd000000u, .size = 0x1000000u};
	struct vboard_options board = *options;
	const char *decisions[8];

	/* Firmware hides the pads, and has switched them on. */
	assert_true(options->decision_count < 7);
	for (size_t i = 0; i < options->decision_count; i++)
		decisions[i] = options->decisions[i];
	decisions[board.decision_count++] = "p2sb=0";
	decisions[board.decision_count++] = "pads-left=0";
	board.decisions = decisions;
	memset(b, 0, sizeof *b);
	host_reset(options->seed);
	assert_non_null(host_attach_board(&board));
	host_advance_ns(20000000); /* it takes its time */
	host_add_mmio(&pads);
	rig_load_board(&b->rig);
	/* Firmware left bus mastering on: putting it back must not let a dead device loose. */
	platform_pci_write((struct pci_address){0, 0, 0x14, 3}, 4, 2, 6);
	assert_int_equal(pci_enumerate(&b->rig.list, &b->rig.diag), FL_OK);
	assert_int_equal(cache_init(&b->cache, &b->rig.diag), FL_OK);
	b->function = pci_find(&b->rig.list, CIO2_VENDOR, CIO2_DEVICE, 0);
}

static inline enum fl_err bench_open(struct bench *b)
{
	const struct camera_host host = {.pci = &b->rig.list,
					 .cache = &b->cache,
					 .diag = &b->rig.diag,
					 .scatter_seed = 0x5eed};

	enum fl_err err = ipu3_camera.create(&host, &b->device);

	if (err)
		return err;
	err = b->device->ops->open(b->device);
	if (err)
		b->device->ops->destroy(b->device);
	return err;
}

static inline void bench_close(struct bench *b)
{
	assert_int_equal(b->device->ops->close(b->device), FL_OK);
	b->device->ops->destroy(b->device);
}

/* Mode by name, NULL for the sensor's first. */
static inline void bench_set_mode(struct bench *b, const char *name)
{
	b->mode = sensor_find_mode(&b->desc, name);
	assert_non_null(b->mode);
	if (sensor_configure(&b->sensor, b->mode))
		fail_msg("%s", b->rig.diag.message);
	b->config = (struct camera_config){.port = b->camera->port,
					   .lanes = b->camera->data_lanes,
					   .link_frequency = b->mode->link_frequency,
					   .width = b->mode->width,
					   .height = b->mode->height,
					   .max_height = b->mode->max_height,
					   .skip = 2};
}

static inline void bench_up_with(struct bench *b, const char *camera, const char *mode,
				 const struct vboard_options *options)
{
	bench_attach(b, options);
	for (size_t i = 0; i < b->rig.board.bus_count; i++)
		rig_open_bus(&b->rig, i);
	bench_power_camera(b, camera);
	bench_set_mode(b, mode);
	if (bench_open(b))
		fail_msg("%s", b->rig.diag.message);
}

/* `fault` may be NULL. */
static inline void bench_up(struct bench *b, const char *camera, const char *mode,
			    const char *fault)
{
	struct vboard_options options = {
		.seed = 7, .fps = VBOARD_FPS_MAX, .faults = &fault, .fault_count = fault != NULL};

	bench_up_with(b, camera, mode, &options);
}

/* Camera and buses off, what is left of the machine looked at. */
static inline void bench_down_sensor(struct bench *b)
{
	sensor_free(&b->desc);
	assert_int_equal(power_exit(&b->power), FL_OK);
	for (size_t i = b->rig.board.bus_count; i-- > 0;) {
		designware_exit(&b->rig.controllers[i]);
		assert_int_equal(pci_close(&b->rig.pci[i]), FL_OK);
	}
	pci_list_free(&b->rig.list);
	board_free(&b->rig.board);
}

/* Findings but those of ring entries that the DMA met while a CPU that was away had not brought them to memory:
 * they are not valid yet, the DMA stops, and the driver says so. */
static inline unsigned bench_findings(void)
{
	unsigned count = host_finding_count();

	for (unsigned i = 0; i < host_finding_count() && i < HOST_FINDINGS; i++)
		count -= host_stalls(NULL) && !strcmp(host_finding(i)->structure, "FBPT");
	return count;
}

static inline void bench_assert_clean(void)
{
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("%s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	if (bench_findings())
		host_print_findings();
	assert_int_equal(bench_findings(), 0);
	assert_int_equal(host_stray_accesses(), 0);
}

static inline void bench_down(struct bench *b)
{
	if (b->queue.count)
		assert_int_equal(queue_release(&b->queue), FL_OK);
	bench_close(b);
	bench_down_sensor(b);
	bench_assert_clean();
	assert_int_equal(host_leaks(), 0);
	host_detach();
}

/* ---- streams ------------------------------------------------------------------------------------ */

static inline void bench_request(struct bench *b, unsigned count)
{
	if (queue_request(&b->queue, b->device, &b->config, count) || queue_rewind(&b->queue))
		fail_msg("%s", b->rig.diag.message);
}

static inline void bench_queue_all(struct bench *b)
{
	for (unsigned i = 0; i < b->queue.count; i++)
		if (queue_enqueue(&b->queue, i))
			fail_msg("%s", b->rig.diag.message);
}

static inline void bench_on(struct bench *b)
{
	if (queue_stream_on(&b->queue) || sensor_stream_on(&b->sensor))
		fail_msg("%s", b->rig.diag.message);
}

static inline enum fl_err bench_off(struct bench *b)
{
	assert_int_equal(sensor_stream_off(&b->sensor), FL_OK);
	return queue_stream_off(&b->queue);
}

static inline struct frame_buffer *bench_next(struct bench *b)
{
	struct frame_buffer *buffer = NULL;
	enum fl_err err = queue_dequeue(&b->queue, SECOND_US, &buffer);

	if (err)
		fail_msg("no frame: %d %s", err, b->rig.diag.message);
	return buffer;
}

static inline uint32_t bench_counter(const struct camera_device *device, const char *name)
{
	for (unsigned i = 0; i < device->counter_count; i++)
		if (!strcmp(device->counters[i].name, name))
			return device->counters[i].value;
	fail_msg("no counter %s", name);
	return 0;
}

#endif
