/* check_sensor.c: rungs 4 to 9: power, I2C, identity, registers, link timing. */
#include "checks/checks.h"

/* Board-wide call when there is no camera (no board file): the needs have skipped it already. */
enum verdict check_power(const struct check_run *run)
{
	struct session *session = run->session;
	enum fl_err err = session_camera_power(session, run->camera);

	if (session->has_power && session->power.notes)
		report_text(run->facts, "note", "%s", session->power.note);
	if (!err && run->camera->board->power < session->board.domain_count)
		report_text(run->facts, "domain", "%s",
			    session->board.domains[run->camera->board->power].name);
	return verdict_of(err);
}

enum verdict check_i2c(const struct check_run *run)
{
	struct session *session = run->session;
	const unsigned index = run->camera->board->bus;
	struct designware *controller = &session->controllers[index].controller;
	enum fl_err err = session_bus(session, index);

	report_text(run->facts, "bus", "%s", session->board.buses[index].name);
	if (err)
		return verdict_of(err);
	report_number(run->facts, "speed", controller->speed);
	return verdict_of(designware_check(controller));
}

enum verdict check_sensor_acknowledge(const struct check_run *run)
{
	enum fl_err err = sensor_acknowledge(&run->camera->sensor);

	report_hex(run->facts, "i2c-address", run->camera->board->address);
	if (err == FL_ERR_NACK)
		neighbours_of_silence(run);
	return verdict_of(err);
}

enum verdict check_sensor_id(const struct check_run *run)
{
	uint32_t seen = 0;
	enum fl_err err = sensor_identify(&run->camera->sensor, &seen);

	report_text(run->facts, "sensor", "%s", run->camera->desc.name);
	report_hex(run->facts, "chip-id", seen);
	if (err == FL_ERR_MISMATCH)
		neighbours_of_stranger(run);
	return verdict_of(err);
}

/* "0x3010 0x4837": registers that hold something else than was written. */
static void report_differences(const struct check_run *run, const struct sensor_read_back *back)
{
	char list[SENSOR_DIFFERENCES * 7 + 8];
	size_t used = 0;

	report_number(run->facts, "read-back", back->checked);
	report_number(run->facts, "different", back->different);
	if (!back->different)
		return;
	for (unsigned i = 0; i < back->different && i < SENSOR_DIFFERENCES; i++)
		used += text_format(list + used, sizeof list - used, "%s0x%04x", used ? " " : "",
				    back->first[i].reg);
	if (back->different > SENSOR_DIFFERENCES)
		text_copy(list + used, sizeof list - used, " ...");
	report_text(run->facts, "differ", "%s", list);
}

/*
 * A register that decides size or timing must hold what was written. Others that a sensor answers
 * otherwise are told; a mode of which many do not read back is a failure: power dips, wrong width, or
 * not this sensor.
 */
#define DIFFERENT_LIMIT_PERCENT 2u

static enum fl_err judge_read_back(const struct check_run *run, const struct sensor_read_back *back)
{
	const struct sensor_difference *first = &back->first_decisive;

	if (back->decisive)
		return diag_fail(
			&run->session->diag, FL_ERR_MISMATCH,
			"the sensor does not take it: another revision of the chip, supply "
			"dips, or a register list that is not for this sensor (which ones "
			"matter: 'decisive' in its file)",
			"%u of the registers that decide size or timing do not read back, "
			"the first is 0x%04x: 0x%0*x, written was 0x%0*x",
			back->decisive, first->reg, 2 * first->width, first->seen, 2 * first->width,
			first->want);
	if (back->different * 100 > back->checked * DIFFERENT_LIMIT_PERCENT)
		return diag_fail(&run->session->diag, FL_ERR_MISMATCH,
				 "supply dips, wrong value-bytes in the sensor file, or another "
				 "revision of the chip",
				 "%u of %u registers read back different, the first is 0x%04x",
				 back->different, back->checked, back->first[0].reg);
	return FL_OK;
}

/* The sensor's own word for what it sends: a width that is a little off fills lines as long in memory, and does not show
 * there. */
static enum fl_err judge_size(const struct check_run *run)
{
	struct session_camera *camera = run->camera;
	const struct sensor_mode *mode = camera->mode;
	uint32_t width, height;
	enum fl_err err;

	if (!camera->desc.width_register)
		return FL_OK;
	err = sensor_read(&camera->sensor, camera->desc.width_register, 2, &width);
	if (!err)
		err = sensor_read(&camera->sensor, camera->desc.height_register, 2, &height);
	if (err)
		return err;
	report_text(run->facts, "output-size", "%ux%u", width, height);
	if (width == mode->width && height >= mode->height && height <= mode->max_height)
		return FL_OK;
	return diag_fail(
		run->diag, FL_ERR_MISMATCH,
		"width, height or max-height of the mode is wrong in the sensor file, or a line of "
		"its register list",
		"%s is set to send %ux%u (registers 0x%04x and 0x%04x), mode %s is %ux%u",
		camera->desc.name, width, height, camera->desc.width_register,
		camera->desc.height_register, mode->name, mode->width, mode->height);
}

/* What a sensor without a register list leaves undone, with all that stands on it. */
static enum verdict skip_identified(const struct check_run *run)
{
	return check_skip(run, "%s is identified only: its sensor file has no register list",
			  run->camera->board->name);
}

enum verdict check_sensor_mode(const struct check_run *run)
{
	struct session_camera *camera = run->camera;
	struct sensor_read_back back = {0};
	enum fl_err err;

	if (!camera->mode)
		return skip_identified(run);
	err = sensor_configure(&camera->sensor, camera->mode);
	report_text(run->facts, "mode", "%s", camera->mode->name);
	report_number(run->facts, "steps", (double)camera->mode->registers.count);
	if (!err)
		err = sensor_verify(&camera->sensor, &back);
	report_differences(run, &back);
	camera->different = back.different;
	if (!err)
		err = judge_read_back(run, &back);
	return verdict_of(err ? err : judge_size(run));
}

enum verdict check_csi_timing(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;
	const struct camera_config config = session_config(camera);
	enum fl_err err;

	if (!camera->mode)
		return skip_identified(run);
	if (!run->device)
		return check_skip(run, "no camera device whose timing it could be");
	report_number(run->facts, "link-frequency", (double)config.link_frequency);
	report_number(run->facts, "lanes", config.lanes);
	err = run->device->ops->link_facts(run->device, &config, run->facts, run->diag);
	if (!err && config.lanes != camera->desc.data_lanes)
		err = diag_fail(run->diag, FL_ERR_MISMATCH,
				"one of the two files is wrong: count the lanes in the schematic",
				"%s has %u data lanes in the board file, %u in the sensor file",
				camera->board->name, config.lanes, camera->desc.data_lanes);
	return verdict_of(err);
}
