package guard

import (
	"errors"
	"strings"
	"testing"
)

func TestCall(t *testing.T) {
	if n, err := Call(func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	broken := errors.New("broken")
	if err := Run(func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the function's error", err)
	}
}

// TestPanic: the message of a runtime error is reported; any other value is not.
func TestPanic(t *testing.T) {
	var none map[string]int
	for _, c := range []struct {
		act        func() error
		want, left string
	}{
		{func() error { none["x"] = 1; return nil }, "assignment to entry in nil map", ""},
		{func() error { panic("ada@example.com") }, "a value of the type string", "ada@example.com"},
		{func() error { panic(errors.New("ada@example.com")) }, "a value of the type *errors.errorString", "ada@example.com"},
	} {
		err := Run(c.act)
		p, ok := errors.AsType[*Panic](err)
		if !ok || !strings.Contains(err.Error(), c.want) || !strings.Contains(p.Stack, "guard_test.go") || c.left != "" && strings.Contains(err.Error(), c.left) {
			t.Errorf("%v", err)
		}
	}
}
