package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine describes the machine and the program of the figures.
func (b *bench) machine(ctx context.Context) []string {
	lines := []string{
		fmt.Sprintf("%s, %d processors, %s of memory, %s", processor(ctx), runtime.NumCPU(), memory(ctx), system(ctx)),
		fmt.Sprintf("Poolhouse %s, %s %s/%s, SQLite driver %s", b.self.revision, b.self.goVersion, runtime.GOOS, runtime.GOARCH, b.self.driver),
	}
	if runtime.GOMAXPROCS(0) != runtime.NumCPU() {
		lines = append(lines, fmt.Sprintf("GOMAXPROCS is %d", runtime.GOMAXPROCS(0)))
	}
	return append(lines, fmt.Sprintf("measured on %s, %d × each in turn; load average before: %s", time.Now().Format(time.DateOnly), b.Runs, load(ctx)))
}

// load returns the load of the machine before the run. Other load distorts the figures.
func load(ctx context.Context) string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		text = []byte(strings.Trim(said(ctx, "unknown", "sysctl", "-n", "vm.loadavg"), "{ }"))
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

func processor(ctx context.Context) string {
	if name := field("/proc/cpuinfo", "model name"); name != "" {
		return name
	}
	return said(ctx, runtime.GOARCH, "sysctl", "-n", "machdep.cpu.brand_string")
}

func memory(ctx context.Context) string {
	bytes, _ := strconv.ParseInt(said(ctx, "0", "sysctl", "-n", "hw.memsize"), 10, 64)
	if text := field("/proc/meminfo", "MemTotal"); text != "" {
		n, _ := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64)
		bytes = n << 10
	}
	return fmt.Sprintf("%.0f GiB", float64(bytes)/(1<<30))
}

func system(ctx context.Context) string {
	kernel := said(ctx, runtime.GOOS, "uname", "-sr")
	text, _ := os.ReadFile("/etc/os-release")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			return strings.Trim(name, "\"\n") + ", " + kernel
		}
	}
	return kernel
}

// field returns a value of a file with lines of the form "name : value", or "".
func field(path, name string) string {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// said returns the output of a program, or another text if it fails.
func said(ctx context.Context, otherwise, program string, args ...string) string {
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if text := strings.TrimSpace(string(out)); err == nil && text != "" {
		return text
	}
	return otherwise
}
