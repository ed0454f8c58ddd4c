/* sbat.c: the .sbat section: generation numbers by which shim revokes what has a hole. */

/* Format: rhboot/shim, SBAT.md. Our number is raised when a release has to be locked out. */
__attribute__((section(".sbat"), used)) static const char sbat[] =
	"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
	"firstlight,1,The Firstlight authors,firstlight,1,https://example.org/firstlight\n";
