package server

import "runtime/debug"

// Version returns the version of the program, as Go wrote it down when it was built.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
