//go:build !linux

package bench

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// usageOf returns what a process has used so far, from ps. ps does not report the peak, which
// is known after the process has ended.
func usageOf(pid int) (u usage, err error) {
	out, err := exec.Command("ps", "-o", "rss=,time=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return u, fmt.Errorf("ps: %w", err)
	}
	fields := strings.Fields(string(out))
	if len(fields) != 2 {
		return u, fmt.Errorf("ps answered %q", out)
	}
	resident, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return u, err
	}
	u.resident = resident << 10
	for part := range strings.SplitSeq(fields[1], ":") { // minutes:seconds.hundredths
		n, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return u, err
		}
		u.cpu = u.cpu*60 + time.Duration(n*float64(time.Second))
	}
	return u, nil
}
