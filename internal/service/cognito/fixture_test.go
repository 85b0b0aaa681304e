package cognitoservice_test

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

// named makes a list of attributes of names and values in turn.
func named(pairs ...string) []any { return servicetest.Named(pairs...) }

// attributes returns a list of attributes as an object, the sub left out.
func attributes(list any) object { return servicetest.Attributes(list) }
