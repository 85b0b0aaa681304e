package apicore

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTime(t *testing.T) {
	cases := []struct {
		ms   int64
		wire string
	}{
		{1470957431965, "1470957431.965"},
		{1470957431900, "1470957431.9"},
		{1470957431000, "1470957431"},
		{1470957431001, "1470957431.001"},
		{-1500, "-1.5"},
		{253402300799000, "253402300799"},
	}
	for _, c := range cases {
		data, err := json.Marshal(Time{time.UnixMilli(c.ms)})
		if err != nil || string(data) != c.wire {
			t.Errorf("%d ms is written as %s, %v; want %s", c.ms, data, err, c.wire)
		}
		var back Time
		if err := json.Unmarshal(data, &back); err != nil || back.UnixMilli() != c.ms {
			t.Errorf("%s is read as %d ms, %v; want %d", data, back.UnixMilli(), err, c.ms)
		}
	}
}

func TestTimeReadsJavasDoubles(t *testing.T) {
	for wire, ms := range map[string]int64{"1.667864578676E9": 1667864578676, "1.70057487582E9": 1700574875820, "1.7E9": 1700000000000, "0": 0} {
		var got Time
		if err := json.Unmarshal([]byte(wire), &got); err != nil || got.UnixMilli() != ms {
			t.Errorf("%s is read as %d ms, %v; want %d", wire, got.UnixMilli(), err, ms)
		}
	}
	for _, wire := range []string{`"2026-11-21"`, "1e300", "true", "{}"} {
		if err := json.Unmarshal([]byte(wire), new(Time)); err == nil {
			t.Errorf("%s is read as a timestamp", wire)
		}
	}
}

func TestTimeIsAbsentWhenZero(t *testing.T) {
	type answer struct {
		StartDate Time `json:"StartDate,omitzero"`
	}
	if data, err := json.Marshal(answer{}); err != nil || string(data) != "{}" {
		t.Errorf("a zero time is written as %s, %v", data, err)
	}
	var got answer
	if err := json.Unmarshal([]byte(`{"StartDate":null}`), &got); err != nil || !got.StartDate.IsZero() {
		t.Errorf("null is read as %v, %v", got.StartDate, err)
	}
}
