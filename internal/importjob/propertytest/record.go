package propertytest

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// record is what was observed in a case.
type record struct {
	mu         sync.Mutex
	begun      time.Time
	violations []string
	trace      []string
	seen       map[string]int // how often something happened
}

func newRecord() *record {
	return &record{begun: time.Now(), seen: map[string]int{}}
}

// violate records that a rule is broken.
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

// note records an event for the story.
func (r *record) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(fmt.Sprintf(format, args...))
}

func (r *record) add(text string) {
	r.trace = append(r.trace, fmt.Sprintf("%11v  %s", time.Since(r.begun).Round(time.Microsecond), text))
}

// count counts something that happened.
func (r *record) count(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[what]++
}

// story returns the last recorded events, for the analysis of a violation.
func (r *record) story() string {
	const most = 300
	trace := r.trace[max(0, len(r.trace)-most):]
	return fmt.Sprintf("%d lines, the last of them:\n%s", len(r.trace), strings.Join(trace, "\n"))
}

// violated reports whether a broken rule has this text.
func (r *record) violated(text string) bool {
	return strings.Contains(strings.Join(r.violations, "\n"), text)
}
