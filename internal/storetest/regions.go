package storetest

import (
	"testing"

	"poolhouse/internal/userpool"
)

// testRegions: a list of pools, and the quota of pools, are one region's. The ids
// of other regions are before it, behind it, begin as its own do, or differ in
// what an order of words would overlook.
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

// wantIDs reads a region's pools one by one, and demands that they are these.
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
