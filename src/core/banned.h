/* SPDX-License-Identifier: Apache-2.0 */
/* banned.h - calls that have a better form; include it last. */
#ifndef XQ_CORE_BANNED_H
#define XQ_CORE_BANNED_H

#undef sprintf /* with clang glibc makes it a macro */
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atoll strtol
#pragma GCC poison gmtime localtime ctime asctime rand srand gets

#endif
