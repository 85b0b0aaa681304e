// Package platform has what Poolhouse needs of an operating system and what Unix
// systems and Windows do differently: file locks, links, permissions, free disk
// space, the flush to the disk, and limits of the process.
//
// Each function does the same on every system. Where a system has no equal, its
// comment says what happens there. A file's name ends in the system that it is
// for, unix or windows; unix is Linux and macOS. Nothing here knows what the
// files are for.
package platform
