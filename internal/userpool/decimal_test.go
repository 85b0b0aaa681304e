package userpool

import (
	"encoding/json"
	"math/big"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestParseDecimal(t *testing.T) {
	largest := new(big.Int).Lsh(big.NewInt(1), 1023).String()
	for _, text := range []string{
		"0", "-0", "+0", "00", "7", "-7", "+7", "007", "12.50", "-0.001", ".5", "5.", "1e3", "1E3", "1e+3", "1e-3", "1.5e300", "0e999999999",
		"99999999999999999999999", "1e-999999999", "1e000000000000000001", "1795893446.454", largest, "-" + largest, largest + ".000",
		"0.1e308", strings.Repeat("0", 131_071) + "1", "0." + strings.Repeat("0", 131_000) + "1e131001", "1" + strings.Repeat("0", 1_000) + "e-1000",
	} {
		if d, ok := ParseDecimal(text); !ok || d.String() != text {
			t.Errorf("%.40s: %v, %.40s", text, ok, d)
		}
	}
	for _, text := range []string{
		"", " ", "+", "-", ".", "e", "e3", ".e3", "1e", "1e+", "1e3.5", "1.2.3", "--1", "+-1", " 1", "1 ", "1,5", "1_000", "0x10", "1f", "1d",
		"Inf", "Infinity", "NaN", "½", "１", "1\x00", "1e999999999", "1e9999999999", "-1e999999999", "1e-9999999999", "1e308", "9e307",
		largest + "0", largest[:len(largest)-1] + "9", "-" + largest[:len(largest)-1] + "9", largest + ".0000001", strings.Repeat("9", 131_072),
	} {
		if d, ok := ParseDecimal(text); ok {
			t.Errorf("%.40s is a number: %.40s", text, d)
		}
	}
}

func TestDecimalCompare(t *testing.T) {
	// Each group is less than the next; the numbers of a group are equal.
	groups := [][]string{
		{"-1e307"}, {"-99999999999999999999"}, {"-10", "-1e1", "-10.0", "-0.1e2"}, {"-1.5"}, {"-1.05"}, {"-1e-400"},
		{"0", "-0", "+0", "0.0", "0e5", "-0e-5"}, {"1e-999999999"}, {"1e-400", "0.1e-399"}, {"0.09"}, {"0.1", ".1", "1e-1", "+00.10"}, {"0.11"},
		{"1"}, {"1.0000000000000000000000000001"}, {"1.5"}, {"9"}, {"10", "1e1", "010.00"}, {"10.5"}, {"99999999999999999999"}, {"1e20"}, {"8e307"},
	}
	for i, left := range groups {
		for j, right := range groups {
			want := 0
			if i != j {
				want = 1 - 2*btoi(i < j)
			}
			for _, a := range left {
				for _, b := range right {
					if got := decimal(t, a).Compare(decimal(t, b)); got != want {
						t.Errorf("%s and %s: %d, want %d", a, b, got, want)
					}
				}
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func decimal(t *testing.T, text string) Decimal {
	t.Helper()
	d, ok := ParseDecimal(text)
	if !ok {
		t.Fatalf("%.40s is no number", text)
	}
	return d
}

// TestDecimalsCostLittle parses and compares the longest texts that a request can
// contain. Arithmetic on their exponents would take minutes or all memory.
func TestDecimalsCostLittle(t *testing.T) {
	const most = 131_072 // characters: API Reference, NumberAttributeConstraintsType
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	one := decimal(t, "1")
	for _, text := range []string{
		"1e999999999", "1e-999999999", strings.Repeat("9", most), "0." + strings.Repeat("0", most-3) + "1", "1e" + strings.Repeat("9", most-2),
		strings.Repeat("1", most-10) + "e-9999999", "1e-" + strings.Repeat("0", most-4) + "1", strings.Repeat("0", most/2) + "." + strings.Repeat("0", most/2-1),
	} {
		for range 100 {
			if d, ok := ParseDecimal(text); ok && d.Compare(one) == 0 {
				t.Errorf("%.40s is 1", text)
			}
		}
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 800*4*most {
		t.Errorf("800 numbers took %d bytes of memory", took)
	}
}

var decimalForm = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?0*\d{1,9})?$`)

// FuzzDecimal compares with math/big where its cost allows that.
func FuzzDecimal(f *testing.F) {
	for _, pair := range [][2]string{{"0", "-0"}, {"1e1", "10"}, {".5", "5."}, {"12.50", "12.5"}, {"-1e3", "1E-3"}, {"99999999999999999999", "1e20"},
		{"1e999999999", "x"}, {"0.00e5", "00"}, {"-0.1", "-.10e+0"}, {"1e307", "1e308"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, xOK := checkDecimal(t, a)
		y, yOK := checkDecimal(t, b)
		if xOK && yOK {
			if got, back := x.Compare(y), y.Compare(x); got != -back || x.long().compare(y.long()) != got {
				t.Errorf("%s and %s: %d and %d", a, b, got, back)
			}
		}
		p, pOK := bounded(a)
		q, qOK := bounded(b)
		if xOK && yOK && pOK && qOK && x.Compare(y) != p.Cmp(q) {
			t.Errorf("%s and %s: %d, want %d", a, b, x.Compare(y), p.Cmp(q))
		}
	})
}

func checkDecimal(t *testing.T, text string) (Decimal, bool) {
	d, ok := ParseDecimal(text)
	if ok && (d.String() != text || !decimalForm.MatchString(text) || d.Compare(d) != 0) {
		t.Errorf("%q is a number: %s", text, d)
	}
	if exact, known := bounded(text); known && decimalForm.MatchString(text) {
		limit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 1023))
		if want := exact.Abs(exact).Cmp(limit) <= 0; ok != want {
			t.Errorf("%q: a number: %v, want %v", text, ok, want)
		}
	}
	if ok {
		kept, err := json.Marshal(d)
		var again Decimal
		if err != nil || json.Unmarshal(kept, &again) != nil || !again.Equal(d) || again.Compare(d) != 0 {
			t.Errorf("%q is kept as %s, %v", text, kept, err)
		}
	}
	return d, ok
}

// bounded parses a number whose exponent math/big can handle.
func bounded(text string) (*big.Rat, bool) {
	if !decimalForm.MatchString(text) || len(text) > 500 {
		return nil, false
	}
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok && len(strings.TrimLeft(exponent, "+-0")) > 3 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}
