package service_test

import (
	"errors"
	"testing"

	"poolhouse/internal/service"
	"poolhouse/internal/service/servicetest"
	"poolhouse/internal/userpool"
)

// TestEveryKindIsAnException: each kind of the domain's errors has an exception, and some
// served operation may answer it. The fixture's dispatcher checks that an operation answers
// only its own exceptions.
func TestEveryKindIsAnException(t *testing.T) {
	f := servicetest.New(t)
	for kind := userpool.InvalidParameter; kind <= userpool.NotAuthorized; kind++ {
		e := service.ErrorOf(userpool.Errorf(kind, "no"))
		if e == nil {
			t.Errorf("kind %d has no exception", kind)
			continue
		}
		known := false
		for _, op := range servicetest.Operations() {
			known = known || f.Calls.Serves(op) && op.Names(e.Name)
		}
		if !known || e.Message != "no" || e.Status != 400 {
			t.Errorf("kind %d is %+v; an operation that is served names it: %v", kind, e, known)
		}
	}
	if e := service.ErrorOf(errors.New("disk full")); e != nil {
		t.Errorf("an unexpected error is told of: %v", e)
	}
	if e := service.ErrorOf(userpool.Errorf(userpool.Internal, "secret")); e != nil {
		t.Errorf("an internal error is told of: %v", e)
	}
}
