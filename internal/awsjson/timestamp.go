package awsjson

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Time is a timestamp on the wire: a JSON number of seconds since the epoch
// with milliseconds after the point. The zero Time is an absent member.
type Time struct{ time.Time }

// MarshalJSON writes seconds with three decimals at most.
func (t Time) MarshalJSON() ([]byte, error) {
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(nil, ms/1000, 10), nil
	}
	return strconv.AppendFloat(nil, float64(ms)/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads any JSON number, also in the notation of Java's doubles
// (1.667864578676E9).
func (t *Time) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(string(data), 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > 1e12 {
		return fmt.Errorf("awsjson: %q is not a timestamp", data)
	}
	t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}
