/*
 * imgu_picture.c: the picture path of the ImgU model (imgu.md 7, 8.4): finds the buffers and the
 * geometry in the host's structures, and turns packed 10-bit Bayer into NV12.
 *
 * Geometry is honest: crop, scale, envelope and output crop are applied, each to the nearest
 * sample. Colour is not: luma is the raw sample divided by 4, chroma is 128, so that every byte of
 * a result can be predicted.
 */
#include "vboard/ipu3/imgu.h"

#include "vboard/core/bytes.h"

#include <stdlib.h>
#include <string.h>

#define GROUP_PIPE(t) (8u + 92 * (t))
#define PIPE_ID       0u
#define PIPE_STAGES   32u
#define PIPE_STAGE    40u

#define STAGE_BYTES      280u
#define STAGE_VIEWFINDER 13u
#define STAGE_IN         24u
#define STAGE_OUT        68u
#define STAGE_EFF        156u
#define STAGE_VF         164u
#define STAGE_BDS        208u

/* In a frame (7.4). */
#define FRAME_WIDTH  0u
#define FRAME_HEIGHT 2u
#define FRAME_FORMAT 6u
#define FRAME_CHROMA 24u

#define FORMAT_NV12       1u
#define FORMAT_RAW_PACKED 24u

#define SET_ACC        128u
#define ACC_STRIPE_GDC 64u
#define ACC_FEEDER     128u
#define ACC_HEAD       224u /* stripe and input feeder */

#define DESCRIPTOR_PADDED_WIDTH 16u
#define SIDE_MAX                8192u
/* Line of ceil(w / 50) units of 64 bytes, and what lies before the first pixel. */
#define LINE_MAX                (SIDE_MAX / 50 * 64 + 128)

struct size {
	uint32_t width, height;
};

/* Where a target's pixel comes from: target -> window of gdc -> bds -> eff. */
struct picture {
	uint32_t input, input_stride, input_start, input_pixel;
	struct size eff, bds, gdc;
};

struct target {
	uint32_t iova, stride, chroma;
	struct size size, window; /* window of gdc that it shows */
	uint32_t left, top;
};

/* ---- The host's structures ---- */

static bool stage_read(struct imgu *imgu, unsigned thread, uint32_t *pipe_id, uint8_t *stage)
{
	uint32_t group = imgu_dmem_get(imgu, IMGU_SP0,
				       imgu->program[IMGU_SP0].words[IMGU_SP_PER_FRAME_DATA]);
	uint8_t pipe[92];

	imgu->purpose = "sp_group";
	if (!imgu_mmu_read(imgu, group + GROUP_PIPE(thread), pipe, sizeof(pipe)))
		return false;
	if (get_le32(pipe + PIPE_STAGES) != 1) {
		model_violation(&imgu->model, "sp_group: thread %u has %u stages, not 1", thread,
				get_le32(pipe + PIPE_STAGES));
		return false;
	}
	*pipe_id = get_le32(pipe + PIPE_ID) & 0xFF;
	imgu->purpose = "sp_stage";
	return imgu_mmu_read(imgu, get_le32(pipe + PIPE_STAGE), stage, STAGE_BYTES);
}

bool imgu_picture_stage(struct imgu *imgu, unsigned thread, uint32_t *pipe_id, bool *viewfinder)
{
	uint8_t stage[STAGE_BYTES];

	if (!stage_read(imgu, thread, pipe_id, stage))
		return false;
	*viewfinder = stage[STAGE_VIEWFINDER];
	return true;
}

static bool size_ok(struct size size)
{
	return size.width && size.height && size.width <= SIDE_MAX && size.height <= SIDE_MAX;
}

static struct size frame_size(const uint8_t *frame)
{
	struct size size = {get_le16(frame + FRAME_WIDTH), get_le16(frame + FRAME_HEIGHT)};

	return size;
}

/* Word 0 of a buffer descriptor is the frame, word 4 its padded width (6.2). */
static bool descriptor_read(struct imgu *imgu, uint32_t iova, uint32_t *frame, uint32_t *stride)
{
	uint8_t descriptor[72];

	imgu->purpose = "buffer descriptor";
	if (!imgu_mmu_read(imgu, iova, descriptor, sizeof(descriptor)))
		return false;
	*frame = get_le32(descriptor);
	*stride = get_le32(descriptor + DESCRIPTOR_PADDED_WIDTH);
	return true;
}

static bool picture_read(struct imgu *imgu, const struct imgu_frame *frame, const uint8_t *stage,
			 struct picture *picture)
{
	uint8_t set[144], acc[ACC_HEAD];
	uint32_t unused;

	imgu->purpose = "parameter set";
	if (!imgu_mmu_read(imgu, frame->parameters, set, sizeof(set)) ||
	    !imgu_mmu_read(imgu, get_le32(set + SET_ACC), acc, sizeof(acc)) ||
	    !descriptor_read(imgu, frame->input, &picture->input, &unused))
		return false;
	picture->input_stride = get_le32(acc + ACC_FEEDER);
	picture->input_start = get_le32(acc + ACC_FEEDER + 4);
	picture->input_pixel = get_le32(acc + ACC_FEEDER + 8);
	picture->eff.width = get_le32(stage + STAGE_EFF);
	picture->eff.height = get_le32(stage + STAGE_EFF + 4);
	picture->bds = frame_size(stage + STAGE_BDS);
	picture->gdc.width = get_le16(acc + ACC_STRIPE_GDC);
	picture->gdc.height = get_le16(acc + ACC_STRIPE_GDC + 2);
	return true;
}

static bool picture_ok(struct imgu *imgu, const uint8_t *stage, const struct picture *p)
{
	bool ok = size_ok(p->eff) && size_ok(p->bds) && size_ok(p->gdc) &&
		  p->eff.width >= p->bds.width && p->eff.height >= p->bds.height &&
		  p->bds.width >= p->gdc.width && p->bds.height >= p->gdc.height &&
		  p->input_pixel < 50 && p->input_stride;

	if (!ok)
		model_violation(&imgu->model,
				"stream: sizes do not chain: eff %ux%u bds %ux%u gdc "
				"%ux%u",
				p->eff.width, p->eff.height, p->bds.width, p->bds.height,
				p->gdc.width, p->gdc.height);
	if (stage[STAGE_IN + FRAME_FORMAT] == FORMAT_RAW_PACKED)
		return ok;
	model_violation(&imgu->model, "stream: input format %u is not packed raw",
			stage[STAGE_IN + FRAME_FORMAT]);
	return false;
}

static bool target_read(struct imgu *imgu, const uint8_t *stage_frame, uint32_t descriptor,
			struct size gdc, struct target *target)
{
	if (!descriptor_read(imgu, descriptor, &target->iova, &target->stride))
		return false;
	target->size = frame_size(stage_frame);
	target->chroma = get_le32(stage_frame + FRAME_CHROMA);
	if (stage_frame[FRAME_FORMAT] == FORMAT_NV12 && size_ok(target->size) &&
	    target->stride >= target->size.width && target->size.width <= gdc.width &&
	    target->size.height <= gdc.height)
		return true;
	model_violation(&imgu->model,
			"stream: output %ux%u, stride %u, format %u, is not NV12 "
			"inside gdc %ux%u",
			target->size.width, target->size.height, target->stride,
			stage_frame[FRAME_FORMAT], gdc.width, gdc.height);
	return false;
}

/* The output system's crop: the nearest multiple of 64 and of 4 (7.7, osys). */
static uint32_t crop_start(uint32_t from, uint32_t to, uint32_t unit)
{
	return ((from - to) / 2 + unit / 2 - 1) / unit * unit;
}

static void target_crop(struct target *target, struct size gdc)
{
	target->window = target->size;
	target->left = crop_start(gdc.width, target->size.width, 64);
	target->top = crop_start(gdc.height, target->size.height, 4);
	if (target->left > gdc.width - target->size.width)
		target->left = gdc.width - target->size.width;
	if (target->top > gdc.height - target->size.height)
		target->top = gdc.height - target->size.height;
}

/* ---- Pixels ---- */

/* 25 pixels of 10 bits in 32 bytes. */
static uint32_t unpack_pixel(const uint8_t *line, uint32_t pixel)
{
	const uint8_t *block = line + pixel / 25 * 32;
	uint32_t bit = pixel % 25 * 10;

	return get_le16(block + bit / 8) >> bit % 8 & 0x3FF;
}

/* Row `y` of the target, from one line of the input. */
static bool row_render(struct imgu *imgu, const struct picture *p, const struct target *t,
		       uint32_t y, uint8_t *line, uint8_t *row)
{
	uint32_t gdc_y = t->top + y * t->window.height / t->size.height;
	uint32_t bds_y = (p->bds.height - p->gdc.height) / 2 + gdc_y;
	uint32_t eff_y = bds_y * p->eff.height / p->bds.height;
	uint32_t bytes = (p->input_pixel + p->eff.width + 24) / 25 * 32;

	if (!imgu_mmu_read(imgu, p->input + p->input_start + eff_y * p->input_stride, line, bytes))
		return false;
	for (uint32_t x = 0; x < t->size.width; x++) {
		uint32_t gdc_x = t->left + x * t->window.width / t->size.width;
		uint32_t bds_x = (p->bds.width - p->gdc.width) / 2 + gdc_x;

		row[x] = (uint8_t)(unpack_pixel(line, p->input_pixel + bds_x * p->eff.width /
									       p->bds.width) >>
				   2);
	}
	return true;
}

static bool target_render(struct imgu *imgu, const struct picture *p, const struct target *t)
{
	uint8_t line[LINE_MAX], row[SIDE_MAX];
	bool ok = true;

	imgu->purpose = "frame";
	for (uint32_t y = 0; ok && y < t->size.height; y++)
		ok = row_render(imgu, p, t, y, line, row) &&
		     imgu_mmu_write(imgu, t->iova + y * t->stride, row, t->size.width);
	memset(row, 128, t->size.width);
	for (uint32_t y = 0; ok && y < t->size.height / 2; y++)
		ok = imgu_mmu_write(imgu, t->iova + t->chroma + y * t->stride, row, t->size.width);
	return ok;
}

void imgu_picture_render(struct imgu *imgu, const struct imgu_frame *frame)
{
	uint8_t stage[STAGE_BYTES];
	struct picture picture;
	struct target target;
	uint32_t pipe_id;

	if (!stage_read(imgu, frame->thread, &pipe_id, stage) ||
	    !picture_read(imgu, frame, stage, &picture) || !picture_ok(imgu, stage, &picture))
		return;
	if (target_read(imgu, stage + STAGE_OUT, frame->output, picture.gdc, &target)) {
		target_crop(&target, picture.gdc);
		target_render(imgu, &picture, &target);
	}
	if (frame->has_viewfinder &&
	    target_read(imgu, stage + STAGE_VF, frame->viewfinder, picture.gdc, &target)) {
		target.window = picture.gdc;
		target.left = target.top = 0;
		target_render(imgu, &picture, &target);
	}
}
