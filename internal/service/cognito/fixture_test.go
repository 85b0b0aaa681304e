package cognitoservice_test

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

// named makes a list of attributes of alternating names and values.
func named(pairs ...string) []any { return servicetest.Named(pairs...) }

// attributes returns a list of attributes as an object, without the sub.
func attributes(list any) object { return servicetest.Attributes(list) }
