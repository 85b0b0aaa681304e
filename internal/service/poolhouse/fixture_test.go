package poolhouseservice_test

import (
	"testing"

	"poolhouse/internal/service/servicetest"
)

type object = servicetest.Object

// fixture is the operations of all services that speak JSON.
type fixture struct{ *servicetest.Fixture }

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return &fixture{servicetest.New(t)}
}
