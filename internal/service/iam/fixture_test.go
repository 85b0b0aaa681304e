package iamservice_test

import (
	"testing"

	"poolhouse/internal/service/servicetest"
)

// fixture has the operations of IAM and STS.
type fixture struct{ *servicetest.IAM }

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return &fixture{servicetest.NewIAM(t)}
}
