/* dw9714.c: the focus motor: remembers the position it was told. */
#include "vboard/parts/dw9714.h"

#include "vboard/core/knobs.h"

#include <string.h>

static const struct vboard_fault_info faults[] = {
	{"vcm-nack", VBOARD_PLAIN, "the focus motor does not acknowledge"},
	{"vcm-stuck", VBOARD_PLAIN,
	 "the focus motor acknowledges, but keeps the position that it had at power-on"},
	{0},
};

const struct knobs dw9714_knobs = {faults, NULL};

static bool vcm_start(struct i2c_target *target, uint8_t address, bool is_read)
{
	struct dw9714 *vcm = (struct dw9714 *)target;

	(void)address;
	(void)is_read;
	vcm->count = 0;
	if (!vcm->powered(vcm->context)) {
		vcm->value = 0x8000;
		return false;
	}
	return !vboard_fault(vcm->board, "vcm-nack", NULL);
}

static bool vcm_write(struct i2c_target *target, uint8_t byte)
{
	struct dw9714 *vcm = (struct dw9714 *)target;

	if (!(vcm->count++ & 1))
		vcm->pending = byte;
	else if (!vboard_fault(vcm->board, "vcm-stuck", NULL))
		vcm->value = (uint16_t)(vcm->pending << 8 | byte);
	return true;
}

static uint8_t vcm_read(struct i2c_target *target)
{
	struct dw9714 *vcm = (struct dw9714 *)target;

	return (uint8_t)(vcm->count++ & 1 ? vcm->value : vcm->value >> 8);
}

static const struct i2c_target_ops vcm_ops = {
	.start = vcm_start,
	.write = vcm_write,
	.read = vcm_read,
};

void dw9714_init(struct dw9714 *vcm, struct vboard *board, bool (*powered)(void *context),
		 void *context)
{
	memset(vcm, 0, sizeof(*vcm));
	vcm->target.ops = &vcm_ops;
	vcm->target.name = "dw9714";
	vcm->target.first = vcm->target.last = 0x0c;
	vcm->board = board;
	vcm->powered = powered;
	vcm->context = context;
	vcm->value = 0x8000;
}
