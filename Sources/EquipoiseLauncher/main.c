// The program `equipoise` beside the shared library: everything that it does is in the library, so that
// a package that carries both holds the engine once.
#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__APPLE__)
#include <mach-o/dyld.h>
#define LIBRARY "libequipoise.dylib"
#else
#include <unistd.h>
#define LIBRARY "libequipoise.so"
#endif

// Where the library lies, seen from the folder of the program: in a Python package, and as installed.
static const char *const places[] = {"/../_lib/" LIBRARY, "/../lib/" LIBRARY};

// What helps where a library of the system is missing.
static const char advice[] =
#if defined(__APPLE__)
    "";
#else
    " (it needs libraries of the system; with apt: libopenblas0 liblapacke coinor-libclp1"
    " libyaml-0-2 libsqlite3-0 zlib1g libstdc++6)";
#endif

// The folder of this program, links followed; 0 when it is not known.
static int own_folder(char *path) {
  char given[PATH_MAX];
#if defined(__APPLE__)
  uint32_t size = sizeof given;
  if (_NSGetExecutablePath(given, &size) != 0) return 0;
#else
  ssize_t count = readlink("/proc/self/exe", given, sizeof given - 1);
  if (count <= 0) return 0;
  given[count] = 0;
#endif
  if (!realpath(given, path)) return 0;
  char *name = strrchr(path, '/');
  if (!name) return 0;
  *name = 0;
  return 1;
}

int main(int argc, char **argv) {
  char folder[PATH_MAX], path[PATH_MAX + sizeof "/../_lib/" LIBRARY];
  void *library = NULL;
  char reason[1024] = "its own place is not known";
  if (own_folder(folder)) {
    for (size_t k = 0; k < sizeof places / sizeof *places && !library; ++k) {
      snprintf(path, sizeof path, "%s%s", folder, places[k]);
      FILE *file = fopen(path, "rb");
      if (!file) {
        if (k == 0) snprintf(reason, sizeof reason, "there is no %s", path);
        continue;
      }
      fclose(file);
      library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
      if (!library) {
        const char *told = dlerror();
        snprintf(reason, sizeof reason, "%s%s", told ? told : path, advice);
        break;
      }
    }
  }
  int (*program)(int, char **) = NULL;
  if (library) {
    *(void **)&program = dlsym(library, "eqp_main");
    if (!program) snprintf(reason, sizeof reason, "%s is of another version", path);
  }
  if (!program) {
    fprintf(stderr, "error: the program cannot load its library: %s\n", reason);
    return 127;
  }
  return program(argc, argv);
}
