package storetest

import (
	"testing"

	"poolhouse/internal/userpool"
)

// testRegions: lists and quotas of pools are per region. The ids of the other regions sort before
// it or after it, share a prefix with it, or differ in ways that a linguistic order would ignore.
func testRegions(t *testing.T, s Store) {
	ids := map[string][]string{
		"us-east-1":  {"us-east-1_A", "us-east-1_Z", "us-east-1_a", "us-east-1_z"},
		"us-east-10": {"us-east-10_A", "us-east-10_z"},
		"us-east-2":  {"us-east-2_0"},
		"us-west-1":  {"us-west-1_B"},
		"eu-west-1":  {"eu-west-1_B", "eu-west-1_a"},
	}
	for region, all := range ids {
		for _, id := range all {
			noError(t, s.CreatePool(t.Context(), &userpool.UserPool{ID: id}, len(all)))
		}
		wantKind(t, s.CreatePool(t.Context(), &userpool.UserPool{ID: region + "_more"}, len(all)), userpool.LimitExceeded)
	}
	for region, want := range ids {
		wantIDs(t, s, region, "", want)
		wantIDs(t, s, region, want[0], want[1:])
		wantIDs(t, s, region, want[len(want)-1], nil)
	}
	wantIDs(t, s, "us-east-1", "eu-west-1_z", ids["us-east-1"])
	wantIDs(t, s, "us-east-1", "us-west-1_A", nil)
	for _, region := range []string{"", "us-east", "ap-south-1", "us-east-1_A"} {
		wantIDs(t, s, region, "", nil)
	}
}

// wantIDs reads a region's pools one by one and compares their ids.
func wantIDs(t *testing.T, s Store, region, after string, want []string) {
	t.Helper()
	for _, id := range want {
		page, err := s.ListPools(t.Context(), region, after, 1)
		noError(t, err)
		if len(page) != 1 || page[0].ID != id {
			t.Fatalf("the page of %s after %q is %v, want %s", region, after, page, id)
		}
		after = id
	}
	if page, err := s.ListPools(t.Context(), region, after, 10); err != nil || len(page) > 0 {
		t.Errorf("%s has more after %q: %v, %v", region, after, page, err)
	}
}
