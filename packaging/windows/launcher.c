/* python.exe and pythonw.exe for the Wine rig: hand the command line to python311.dll, as CPython's PC/python.c does.
   The wheel that the rig takes its interpreter from ships the DLL without them. */
#include <windows.h>
#include <wchar.h>

typedef int (*py_main)(int, wchar_t **);

static int run(int argc, wchar_t **argv)
{
    HMODULE dll = LoadLibraryW(L"python311.dll");
    py_main start = dll ? (py_main)(void *)GetProcAddress(dll, "Py_Main") : NULL;
    return start ? start(argc, argv) : 103;
}

#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR arguments, int show)
{
    (void)instance, (void)previous, (void)arguments, (void)show;
    return run(__argc, __wargv);
}
#else
int wmain(int argc, wchar_t **argv)
{
    return run(argc, argv);
}
#endif
