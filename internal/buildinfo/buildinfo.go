package buildinfo

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"
)

// stamp is "VERSION,COMMIT,TIME"; only the linker sets it.
var stamp string

// unknown is the value of an unknown field.
const unknown = "(unknown)"

// Info describes the build of a program. Unknown fields are "(unknown)".
type Info struct {
	Version string // a tag, or the output of git describe
	Commit  string // with the suffix "+changes" if files differed from the commit
	Time    string // of the commit, RFC 3339
	Go      string // version of Go
	System  string // operating system and architecture
}

// Read describes the build of the running program.
func Read() Info {
	written, _ := debug.ReadBuildInfo() // nil if there is none
	return combine(stamp, written)
}

// combine takes fields from the stamp, and missing fields from Go's build
// information.
func combine(stamp string, written *debug.BuildInfo) Info {
	stamped := strings.SplitN(stamp, ",", 3)
	stamped = append(stamped, "", "", "")
	info := Info{Version: stamped[0], Commit: stamped[1], Time: stamped[2], Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if written != nil {
		settings := map[string]string{}
		for _, s := range written.Settings {
			settings[s.Key] = s.Value
		}
		commit := settings["vcs.revision"]
		if commit != "" && settings["vcs.modified"] == "true" {
			commit += "+changes"
		}
		info.Version = cmp.Or(info.Version, written.Main.Version)
		info.Commit = cmp.Or(info.Commit, commit)
		info.Time = cmp.Or(info.Time, settings["vcs.time"])
	}
	info.Version, info.Commit, info.Time = cmp.Or(info.Version, unknown), cmp.Or(info.Commit, unknown), cmp.Or(info.Time, unknown)
	return info
}
