/* plan.c: the plan of a stick without one. */
#include "describe/plan.h"

void plan_defaults(struct plan *plan)
{
	*plan = (struct plan){
		.command = "run",
		.board = "auto",
		.camera = "all",
		.unit = "serial",
		.output = "firstlight/results",
		.frames = 4,
		.cycles = 10,
		.formats = FORMAT_RAW | FORMAT_JSON | FORMAT_PNG,
		.rate_tolerance_permille = 20,
		.max_jitter_permille = 100,
		.start_timeout_ms = 1000,
		.image =
			{
				.hot_pixels = 30,
				.dead_pixels = 30,
				.noise = 20,
				.fixed_pattern = 8,
				.black_level = 64,
				.brightness = 120,
				.clipped = 500,
				.dark_area = 200,
				.colour = 220,
				.green_balance = 150,
				.shading = 250,
				.golden_light = 150,
				.obstruction = 50,
				.blur = 8,
			},
		.golden = "firstlight/golden",
		.scatter_seed = 1,
		.at_end = PLAN_END_WAIT,
	};
}
