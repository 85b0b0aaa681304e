// Package guard turns a panic into an error where it would otherwise end the process or go
// unnoticed: in background work, and in what answers it. It owns what is reported of a panic.
// The caller decides what to do about it.
package guard

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Panic is the error that a panic becomes.
type Panic struct {
	Value any    // the argument of panic
	Stack string // of the goroutine that panicked
}

// Error returns the message of the runtime and the stack. It reports any other value only by
// its type, because the value may hold data that must not be logged.
func (p *Panic) Error() string { return "a panic: " + p.What() + "\n" + p.Stack }

// What describes the value: the message of a runtime error, or the type.
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

// Run is [Call] for a function that returns only an error.
func Run(f func() error) error {
	_, err := Call(func() (struct{}, error) { return struct{}{}, f() })
	return err
}
