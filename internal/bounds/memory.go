package bounds

import (
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// Memory returns how many bytes of memory the process may use: the memory of the machine, or
// less if the cgroup has a limit. 0 means unknown.
func Memory() int64 { return memoryBelow("/") }

// memoryBelow is Memory for a file system with this root.
func memoryBelow(root string) int64 {
	limit := machineMemory(root + "proc/meminfo")
	for _, file := range cgroupFiles(root) {
		if n := readLimit(file); n > 0 && (limit == 0 || n < limit) {
			limit = n
		}
	}
	return limit
}

// machineMemory reads the line MemTotal of /proc/meminfo (proc_meminfo(5)).
func machineMemory(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	return parseMachine(text)
}

func parseMachine(text []byte) int64 {
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			return bytesOf(fields[1], 10)
		}
	}
	return 0
}

// cgroupFiles returns the files that may have the memory limit: of the process's cgroup, of
// the groups above, and of the root that a container sees (cgroups(7): version 2, and the
// memory controller of version 1).
func cgroupFiles(root string) (files []string) {
	text, err := os.ReadFile(root + "proc/self/cgroup")
	if err != nil {
		return nil
	}
	return parseCgroup(root, text)
}

// parseCgroup is cgroupFiles for the text of /proc/self/cgroup.
func parseCgroup(root string, text []byte) (files []string) {
	for line := range strings.Lines(strings.TrimSpace(string(text))) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		top, file := root+"sys/fs/cgroup", "memory.max"
		switch {
		case parts[0] == "0" && parts[1] == "":
		case parts[1] == "memory":
			top, file = top+"/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) {
			files = append(files, top+path.Join(dir, file))
			if dir == "/" {
				break
			}
		}
	}
	return files
}

// readLimit reads a limit in bytes. "max" is no limit.
func readLimit(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	return parseLimit(text)
}

func parseLimit(text []byte) int64 { return bytesOf(strings.TrimSpace(string(text)), 0) }

// bytesOf parses a number of units of 1<<shift bytes. It returns 0, which is no limit, if the
// text is no number or the result overflows.
func bytesOf(text string, shift int) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64>>shift {
		return 0
	}
	return n << shift
}
