/* boards.c: the boards that --board knows. */
#include "vboard/boards/boards.h"

#include "vboard/boards/acer_switch_alpha_12.h"
#include "vboard/boards/breadboard.h"
#include "vboard/boards/nautilus.h"
#include "vboard/boards/nocturne.h"
#include "vboard/boards/soraka.h"
#include "vboard/boards/surface_book_2.h"
#include "vboard/boards/surface_go.h"
#include "vboard/boards/surface_laptop.h"
#include "vboard/boards/surface_pro_4.h"
#include "vboard/boards/surface_pro_5.h"

const struct board_kind *const boards[] = {
	&board_soraka.kind,
	&board_poppy.kind,
	&board_nautilus.kind,
	&board_nocturne.kind,
	&board_surface_go.kind,
	&board_surface_go_2.kind,
	&board_surface_pro_4.kind,
	&board_surface_book.kind,
	&board_surface_pro_5.kind,
	&board_surface_pro_6.kind,
	&board_surface_book_2.kind,
	&board_surface_laptop.kind,
	&board_surface_laptop_2.kind,
	&board_acer_switch_alpha_12.kind,
	&board_breadboard,
	NULL,
};
