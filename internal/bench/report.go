package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// series is one thing that is measured, and its times.
type series struct {
	name  string
	rows  int // in all
	once  func() (time.Duration, error)
	times []time.Duration
}

// run measures everything once, and again, so that what slows the machine
// down for a while slows all of it.
func run(runs int, all []*series) error {
	for range runs {
		for _, s := range all {
			took, err := s.once()
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			s.times = append(s.times, took)
		}
	}
	return nil
}

func (s *series) median() time.Duration { return s.times[len(s.times)/2] }

// rate is rows a second.
func (s *series) rate() float64 { return float64(s.rows) / s.median().Seconds() }

func report(out io.Writer, all []*series) {
	// Of runs that were interrupted only what is whole is shown.
	all = slices.DeleteFunc(slices.Clone(all), func(s *series) bool { return len(s.times) == 0 })
	for _, s := range all {
		slices.Sort(s.times)
	}
	fmt.Fprintf(out, "%-46s %9s %9s %9s %9s %7s\n", "", "min", "median", "max", "rows/s", "ratio")
	for _, s := range all {
		fmt.Fprintf(out, "%-46s %8.2fs %8.2fs %8.2fs %9.0f %7.2f\n", s.name, s.times[0].Seconds(), s.median().Seconds(),
			s.times[len(s.times)-1].Seconds(), s.rate(), s.rate()/all[0].rate())
	}
	fmt.Fprintln(out)
}

// peakMemory returns the most memory that this process has had, in bytes, 0
// if the system does not say.
func peakMemory() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" { // bytes there, kilobytes elsewhere
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
