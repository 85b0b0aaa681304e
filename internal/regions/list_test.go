package regions_test

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"poolhouse/internal/regions"
)

func TestList(t *testing.T) {
	for _, c := range []struct {
		list           regions.List
		text, first    string
		serves, others []string
		described      string
	}{
		{"us-east-1", "us-east-1", "us-east-1", []string{"us-east-1"}, []string{"us-east-2", "us-east-11", "us-east", "", "any"}, "region is 'us-east-1'"},
		{"us-west-2,us-east-1", "us-west-2,us-east-1", "us-west-2", []string{"us-west-2", "us-east-1"},
			[]string{"us-west-2,us-east-1", "eu-west-1", ""}, "regions are 'us-west-2', 'us-east-1'"},
		{" us-gov-west-1 , ap-south-1 ", "us-gov-west-1,ap-south-1", "us-gov-west-1", []string{"ap-south-1", "us-gov-west-1"},
			[]string{" ap-south-1", "ap-south-2"}, "regions are 'us-gov-west-1', 'ap-south-1'"},
		{" any ", "any", "us-east-1", []string{"us-east-1"}, []string{"any"}, "regions are all whose names are like 'us-east-1'"},
		{regions.Any, "any", "us-east-1", []string{"us-east-1", "eu-central-1", "us-gov-west-1", "ap-southeast-12"},
			[]string{"", "any", "US-EAST-1", "us_east_1", "us-east-1_x", "us-east-123", "us-east-1,us-east-2", "us-east-1/x", "us-" + strings.Repeat("a", 40) + "-1"},
			"regions are all whose names are like 'us-east-1'"},
	} {
		if err := c.list.Check(); err != nil {
			t.Errorf("%q: %v", c.list, err)
		}
		if got := c.list.String(); got != c.text {
			t.Errorf("%q is written %q, want %q", string(c.list), got, c.text)
		}
		if got := c.list.Default(); got != c.first {
			t.Errorf("the default of %q is %q, want %q", c.list, got, c.first)
		}
		if got := c.list.Described(); got != c.described {
			t.Errorf("%q is described as %q, want %q", c.list, got, c.described)
		}
		for _, region := range slices.Concat(c.serves, c.others) {
			if want := slices.Contains(c.serves, region); c.list.Serves(region) != want {
				t.Errorf("%q serves %q: %v", c.list, region, !want)
			}
		}
	}
}

func TestListsThatCannotBe(t *testing.T) {
	for list, want := range map[regions.List]string{
		"":                     `region is ""; it must be like us-east-1, or several with commas between them, or any`,
		"nowhere":              `region is "nowhere"; it must be like us-east-1, or several with commas between them, or any`,
		"ANY":                  `region is "ANY"; it must be like us-east-1`,
		"us-east-1,":           `region is "us-east-1,"; each region must be like us-east-1, and "" is not`,
		"us-east-1 us-west-2":  `region is "us-east-1 us-west-2"; it must be like us-east-1, or several with commas`,
		"us-east-1,US-WEST-2":  `region is "us-east-1,US-WEST-2"; each region must be like us-east-1, and "US-WEST-2" is not`,
		"us-east-1, us-east-1": `region is "us-east-1, us-east-1"; it must name us-east-1 once`,
		"us-east-1,any":        `region is "us-east-1,any"; any stands alone, for every region`,
		"any,us-east-1":        `region is "any,us-east-1"; any stands alone`,
	} {
		if err := list.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", string(list), err, want)
		}
	}
}

// FuzzList: a valid list is the same after it is written and read again. It serves its
// default region and no region with an invalid name.
func FuzzList(f *testing.F) {
	for _, list := range []string{"us-east-1", "any", "us-east-1, us-west-2", ",", "us-east-1,any"} {
		f.Add(list, "us-west-2")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		list := regions.List(text)
		if list.Check() != nil {
			return
		}
		again := regions.List(list.String())
		if err := again.Check(); err != nil || again.String() != list.String() {
			t.Fatalf("%q is written %q, which is %q: %v", text, list, again, err)
		}
		if !list.Serves(list.Default()) || list.Serves(region) && !regions.Valid(region) || list.Serves(region) != again.Serves(region) {
			t.Fatalf("%q serves %q: %v", text, region, list.Serves(region))
		}
	})
}

func TestListInYAML(t *testing.T) {
	for text, want := range map[string]regions.List{
		"us-east-1": "us-east-1", "us-east-1, us-west-2": "us-east-1, us-west-2", "any": "any",
		"[us-east-1, us-west-2]": "us-east-1,us-west-2", "\n- ap-south-1\n- eu-west-1": "ap-south-1,eu-west-1",
	} {
		var got struct{ Region regions.List }
		if err := yaml.Unmarshal([]byte("region: "+text), &got); err != nil || got.Region != want {
			t.Errorf("%q is %q, %v", text, string(got.Region), err)
		}
	}
	var got struct{ Region regions.List }
	if err := yaml.Unmarshal([]byte("region: {a: b}"), &got); err == nil {
		t.Errorf("a mapping is %q", string(got.Region))
	}
}
