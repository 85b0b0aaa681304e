package logsservice_test

import (
	"testing"

	"poolhouse/internal/service/servicetest"
)

type object = servicetest.Object

// fixture has the operations of all services with JSON.
type fixture struct{ *servicetest.Fixture }

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return &fixture{servicetest.New(t)}
}
