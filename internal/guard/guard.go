// Package guard makes an error of a panic, where it would otherwise end the
// process or go unseen: in work that goes on beside requests, and in what
// answers them. It owns what is told of a panic; what to do about it is decided
// where the work is.
package guard

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Panic is the error that a panic becomes.
type Panic struct {
	Value any    // what was given to panic
	Stack string // of the goroutine, when it was
}

// Error tells what the runtime said and the stack. Any other value is told by
// its type alone: it may hold what a log must not.
func (p *Panic) Error() string { return "a panic: " + p.What() + "\n" + p.Stack }

// What tells the value: in the runtime's words, or by its type.
func (p *Panic) What() string {
	if e, ok := p.Value.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("a value of the type %T", p.Value)
}

// Call runs f. Its panic becomes a [*Panic].
func Call[Out any](f func() (Out, error)) (out Out, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, string(debug.Stack())}
		}
	}()
	return f()
}

// Run is [Call] for what returns an error only.
func Run(f func() error) error {
	_, err := Call(func() (struct{}, error) { return struct{}{}, f() })
	return err
}
