package apicore

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzTime: an accepted timestamp has a year that every format can hold. It is written as a
// number that reads back as the same time.
func FuzzTime(f *testing.F) {
	for _, text := range []string{"0", "1470957431.965", "1.667864578676E9", "-1", "253402300799", "253402300800", "1e400", "NaN", "Inf", "0x1p4", "1_0", "null", `"1"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var at, again Time
		if err := at.UnmarshalJSON([]byte(text)); err != nil || text == "null" {
			return
		}
		if s := at.Unix(); s < -maxSeconds-1 || s > maxSeconds+1 {
			t.Fatalf("%q is %v", text, at)
		}
		written, err := json.Marshal(at)
		if err != nil || !json.Valid(written) {
			t.Fatalf("%q is written %s, %v", text, written, err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !at.Equal(again.Time) {
			t.Fatalf("%q is %v, written %s, and read as %v, %v", text, at.Format(time.RFC3339Nano), written, again, err)
		}
	})
}
