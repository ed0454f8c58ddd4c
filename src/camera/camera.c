/* camera.c: what all camera generations share. */
#include "camera/camera.h"

#include "core/text.h"

/* ---- functions ------------------------------------------------------------------------------ */

const struct camera_function *camera_function(const struct camera_ops *ops,
					      const struct pci_function *function)
{
	for (size_t i = 0; i < ops->function_count; i++)
		if (ops->functions[i].vendor == function->vendor &&
		    ops->functions[i].device == function->device)
			return &ops->functions[i];
	return NULL;
}

const struct pci_function *camera_find(const struct camera_ops *ops, const struct pci_list *pci,
				       bool receiver)
{
	for (size_t i = 0; i < pci->count; i++) {
		const struct camera_function *row = camera_function(ops, &pci->functions[i]);

		if (row && (row->is_receiver || !receiver))
			return &pci->functions[i];
	}
	return NULL;
}

enum fl_err camera_absent(const struct camera_ops *const *generations, const struct pci_list *pci,
			  struct diag *diag)
{
	const struct camera_function *first = NULL;
	char ids[200];
	size_t used = 0;

	for (; *generations; generations++) {
		for (size_t i = 0; i < (*generations)->function_count; i++) {
			const struct camera_function *row = &(*generations)->functions[i];

			if (!row->is_receiver)
				continue;
			first = first ? first : row;
			used += text_format(ids + used, sizeof ids - used, "%s%s (%04x:%04x)",
					    used ? ", " : "", row->name, row->vendor, row->device);
		}
	}
	return diag_fail(diag, FL_ERR_NOTFOUND, first ? first->absent : NULL,
			 "no %s among %zu PCI functions", used ? ids : "camera", pci->count);
}

/* ---- firmware ------------------------------------------------------------------------------- */

enum fl_err camera_read_firmware(struct camera_device *device, const char *const *paths)
{
	struct camera_firmware *firmware = &device->firmware;
	enum fl_err err = FL_ERR_NOTFOUND;

	if (firmware->data)
		return FL_OK;
	for (const char *const *path = paths; *path; path++) {
		void *data;

		err = platform_file_read(*path, &data, &firmware->size);
		if (err == FL_ERR_NOTFOUND)
			continue;
		firmware->path = *path;
		if (err)
			return diag_fail(device->host.diag, err,
					 "is the stick sound? copy the file again",
					 "%s cannot be read (%s)", *path, fl_err_name(err));
		firmware->data = data;
		return FL_OK;
	}
	return err;
}

/* ---- counters ------------------------------------------------------------------------------- */

uint32_t camera_errors(const struct camera_device *device)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < device->counter_count; i++)
		if (device->counters[i].is_error)
			sum += device->counters[i].value - device->counters[i].at_start;
	return sum;
}

const struct camera_counter *camera_telling(const struct camera_device *device)
{
	const struct camera_counter *best = NULL;

	for (unsigned i = 0; i < device->counter_count; i++) {
		const struct camera_counter *counter = &device->counters[i];

		if (counter->is_error && counter->value != counter->at_start &&
		    (!best || counter->rank < best->rank))
			best = counter;
	}
	return best;
}

void camera_counters_mark(struct camera_device *device)
{
	for (unsigned i = 0; i < device->counter_count; i++)
		device->counters[i].at_start = device->counters[i].value;
}

void camera_counters_clear(struct camera_device *device)
{
	for (unsigned i = 0; i < device->counter_count; i++)
		device->counters[i].value = device->counters[i].at_start = 0;
	device->frames_started = 0;
	device->frames_ended = 0;
	device->lanes_active = false;
}
