/* bcryptprimitives.dll for the Wine rig: the one call of it that Rust's standard library makes, by advapi32's RtlGenRandom.
   Wine 8 lacks the DLL. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return SystemFunction036(bytes, (ULONG)count);
}
