package userpool_test

import (
	"testing"

	"poolhouse/internal/userpool"
)

func TestRegionOf(t *testing.T) {
	for id, want := range map[string]string{
		"us-west-2_a1B2c3D4e": "us-west-2", "us-gov-west-1_x": "us-gov-west-1", "us-east-1_a_b": "us-east-1",
		"us-east-1": "", "": "", "_x": "",
	} {
		if got := userpool.RegionOf(id); got != want {
			t.Errorf("the region of %q is %q, want %q", id, got, want)
		}
		if got := (&userpool.UserPool{ID: id}).Region(); got != want {
			t.Errorf("the region of the pool %q is %q, want %q", id, got, want)
		}
	}
}
