package filled_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/filled"
)

type word string

type inner struct {
	Flag *bool
	List []word
}

type outer struct {
	inner  // embedded, with an unexported name
	Number int32
}

type sample struct {
	Inner  *inner
	Map    map[string]inner
	Number *int64
	Time   time.Time
}

func TestFull(t *testing.T) {
	var got sample
	filled.Full(&got)
	want := sample{
		Inner:  &inner{Flag: new(true), List: []word{"Inner.List 1", "Inner.List 2"}},
		Map:    map[string]inner{"Map key": {Flag: new(true), List: []word{"Map.List 1", "Map.List 2"}}},
		Number: new(int64(1)), Time: time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEmpty(t *testing.T) {
	var got sample
	filled.Empty(&got)
	want := sample{Inner: &inner{Flag: new(false), List: []word{}}, Map: map[string]inner{}, Number: new(int64)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFlags(t *testing.T) {
	got := []sample{{Inner: new(inner)}, {}}
	filled.Full(&got[1])
	got[0].Inner.Flag = new(true)
	flags := filled.Flags(&got)
	for _, f := range flags {
		*f = false
	}
	if len(flags) != 2 || *got[0].Inner.Flag || *got[1].Inner.Flag {
		t.Errorf("%d flags, %v, %v", len(flags), *got[0].Inner.Flag, *got[1].Inner.Flag)
	}
}

// TestWhatCannotBeFilled: a member that cannot be set is reported.
func TestWhatCannotBeFilled(t *testing.T) {
	for _, c := range []struct {
		into any
		want string
	}{
		{new(outer), "filled_test.outer.inner cannot be set"},
		{new(func()), "a func() cannot be filled"},
		{&struct{ C chan int }{}, "a chan int cannot be filled"},
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, c.want) {
					t.Errorf("%T: %q, want %q", c.into, said, c.want)
				}
			}()
			filled.Full(c.into)
		}()
	}
	var o outer
	filled.Full(&o.Number)
	made := struct{ Outer outer }{}
	filled.Full(&made, func(n int) outer { return outer{Number: int32(n)} })
	if o.Number != 1 || made.Outer.Number != 1 {
		t.Errorf("%+v, %+v", o, made)
	}
}
