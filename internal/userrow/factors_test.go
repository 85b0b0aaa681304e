package userrow

import (
	"testing"

	"poolhouse/internal/filled"
	"poolhouse/internal/userpool"
)

// TestFactors: every member is read as it was written, and damaged data is refused.
func TestFactors(t *testing.T) {
	var all userpool.Factors
	filled.Full(&all)
	for _, want := range []userpool.Factors{{}, {TOTPSecret: "ABC"}, {TOTPSecret: "ABC", TOTPDevice: "é", TOTPStep: 1 << 40}, {TOTPEnabled: true}, {TOTPPreferred: true}, all} {
		got, err := Factors(AppendFactors(nil, want))
		if err != nil || got != want {
			t.Errorf("%+v was read as %+v, %v", want, got, err)
		}
	}
	data := AppendFactors(nil, all)
	for end := 1; end < len(data); end++ {
		if f, err := Factors(data[:end]); err == nil {
			t.Errorf("cut off at %d: %+v", end, f)
		}
	}
	for _, bad := range [][]byte{append(data, 0), {2}, {factorsVersion, 4, 0, 0, 0, 0}, {factorsVersion, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0}} {
		if f, err := Factors(bad); err == nil {
			t.Errorf("%x: %+v", bad, f)
		}
	}
}

// FuzzFactors: data that can be read as factors is written as the same bytes.
func FuzzFactors(f *testing.F) {
	f.Add(AppendFactors(nil, userpool.Factors{TOTPSecret: "ABC", TOTPDevice: "é", TOTPPending: "DEF", TOTPStep: 5, TOTPEnabled: true}))
	f.Add([]byte{})
	f.Add([]byte{factorsVersion, 3, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Factors(data)
		if err != nil || got == (userpool.Factors{}) {
			return
		}
		if again, err := Factors(AppendFactors(nil, got)); err != nil || again != got {
			t.Errorf("%x is read as %+v, and after writing as %+v, %v", data, got, again, err)
		}
	})
}
