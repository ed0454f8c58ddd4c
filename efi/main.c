/* main.c: where the firmware starts us: watchdog off, words of the command line, exit status. */
#include "app/app.h"
#include "app/request.h"
#include "efi/args.h"
#include "efi/uefi.h"
#include "efi/ucs2.h"

#include <efishell.h>

#define SHELL_PARAMETERS_GUID ((EFI_GUID)EFI_SHELL_PARAMETERS_PROTOCOL_GUID)
#define LOADED_IMAGE_GUID     ((EFI_GUID)EFI_LOADED_IMAGE_PROTOCOL_GUID)

/* On the stack of efi_main it would not be harmful, only large. */
static struct args args;

/* The shell has parted the words already; a boot entry gives one text, or what is none. */
static void collect_arguments(void)
{
	EFI_SHELL_PARAMETERS_PROTOCOL *shell = uefi_protocol(uefi.image, SHELL_PARAMETERS_GUID);

	args_init(&args);
	if (shell)
		for (UINTN i = 1; i < shell->Argc; i++)
			args_add(&args, shell->Argv[i]);
	else if (uefi.loaded)
		args_parse(&args, uefi.loaded->LoadOptions, uefi.loaded->LoadOptionsSize);
}

/* Success on PASS only; the shell shows the rest as %lasterror% (docs/report.md). */
static EFI_STATUS exit_status(int result)
{
	switch (result) {
	case 0:
		return EFI_SUCCESS;
	case 1:
		return EFI_ABORTED; /* FAIL: the board is at fault */
	default:
		return EFI_NOT_STARTED; /* ERROR: the run could not be made */
	}
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	struct app_start start = {
		.words = &args.words, .refused = &args.refused, .note = args.note};

	uefi.image = image;
	uefi.table = table;
	uefi.boot = table->BootServices;
	uefi.loaded = uefi_protocol(image, LOADED_IMAGE_GUID);

	/* Or the board would be reset after five minutes (UEFI 2.10, 7.5). */
	uefi.boot->SetWatchdogTimer(0, 0, 0, NULL);
	uefi_clock_start();
	collect_arguments();
	return exit_status(app_main(&start));
}
