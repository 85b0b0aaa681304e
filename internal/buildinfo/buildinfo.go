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

// Info is what a program was built from. Unknown fields are "(unknown)".
type Info struct {
	Version string // a tag, or what git describe says
	Commit  string // with the suffix "+changes" if the files were not those of the commit
	Time    string // of the commit, RFC 3339
	Go      string // the version of Go
	System  string // operating system and architecture
}

// Read returns what the running program was built from.
func Read() Info {
	written, _ := debug.ReadBuildInfo() // nil where there is none
	return combine(stamp, written)
}

// combine takes what the stamp says, and the rest from what Go wrote down.
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
