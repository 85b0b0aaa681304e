package apicore

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Time is a timestamp on the wire: a JSON number of seconds since the epoch with milliseconds
// after the point. The zero Time is an absent member, which omitzero leaves out.
type Time struct{ time.Time }

// MarshalJSON writes seconds with at most three decimals: 1470957431.965.
func (t Time) MarshalJSON() ([]byte, error) {
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(nil, ms/1000, 10), nil
	}
	return strconv.AppendFloat(nil, float64(ms)/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads any JSON number to the millisecond, including Java's notation of doubles
// (1.667864578676E9). null changes nothing, as encoding/json demands.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	parsed, err := parseSeconds(string(data))
	if err == nil {
		t.Time = parsed
	}
	return err
}

// maxSeconds is the end of the year 9999. Up to it, a float64 holds exact milliseconds and
// every format a four-digit year.
const maxSeconds = 253402300799

func parseSeconds(text string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > maxSeconds {
		return time.Time{}, fmt.Errorf("apicore: %q is not a timestamp", text)
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), nil
}
