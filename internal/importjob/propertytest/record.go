package propertytest

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// record is what was seen in a case.
type record struct {
	mu         sync.Mutex
	begun      time.Time
	violations []string
	trace      []string
	seen       map[string]int // how often something came about
}

func newRecord() *record {
	return &record{begun: time.Now(), seen: map[string]int{}}
}

// violate notes that a rule is broken.
func (r *record) violate(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	r.violations = append(r.violations, text)
	r.add("VIOLATION " + text)
}

// intact reports whether no rule is broken so far.
func (r *record) intact() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.violations) == 0
}

// note tells what happened.
func (r *record) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(fmt.Sprintf(format, args...))
}

func (r *record) add(text string) {
	r.trace = append(r.trace, fmt.Sprintf("%11v  %s", time.Since(r.begun).Round(time.Microsecond), text))
}

// count notes that something came about.
func (r *record) count(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[what]++
}

// story is the last of what happened, for who looks into a violation.
func (r *record) story() string {
	const most = 300
	trace := r.trace[max(0, len(r.trace)-most):]
	return fmt.Sprintf("%d lines, the last of them:\n%s", len(r.trace), strings.Join(trace, "\n"))
}

// violated reports whether a rule was broken whose text holds this one.
func (r *record) violated(text string) bool {
	return strings.Contains(strings.Join(r.violations, "\n"), text)
}
