package apicore

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scalar checks a value without parts. It returns the value in the form for Bind, and the
// constraints that the value breaks.
func (c *checker) scalar(at string, s *Shape, v any) (clean any, broken []string) {
	switch v := v.(type) {
	case string:
		switch s.Type {
		case String:
			return v, s.brokenByText(v)
		case Blob:
			if data, err := base64.StdEncoding.DecodeString(v); err == nil {
				return v, s.brokenBounds(int64(len(data)))
			}
		}
	case json.Number:
		switch s.Type {
		case Integer, Long:
			if n, ok := whole(v, s.Type); ok {
				return json.Number(strconv.FormatInt(n, 10)), s.brokenBounds(n)
			}
		case Timestamp:
			if _, err := parseSeconds(v.String()); err == nil {
				return v, nil
			}
		}
	case bool:
		if s.Type == Boolean {
			return v, nil
		}
	}
	return c.wrongType(at, s, v), nil
}

// whole returns a number if it is whole and fits its type. 5.0 and 5e0 are whole, too.
func whole(number json.Number, t Type) (int64, bool) {
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		f, err := number.Float64()
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return 0, false
		}
		n = int64(f)
	}
	return n, t == Long || n >= math.MinInt32 && n <= math.MaxInt32
}

// brokenBounds returns the bounds that a length or a number breaks.
func (s *Shape) brokenBounds(n int64) (broken []string) {
	if s.Max != nil && n > *s.Max {
		broken = append(broken, s.atMost())
	}
	if s.Min != nil && n < *s.Min {
		broken = append(broken, s.atLeast())
	}
	return broken
}

// brokenByText returns the constraints that a string breaks. Length is counted in characters.
func (s *Shape) brokenByText(text string) []string {
	var broken []string
	if s.Min != nil || s.Max != nil {
		broken = s.brokenBounds(int64(utf8.RuneCountInString(text)))
	}
	if s.Pattern != nil && !s.Pattern.Match(text) {
		broken = append(broken, s.matches())
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) {
		broken = append(broken, s.oneOf())
	}
	return broken
}

// constraints returns the words of all constraints of the shape, in the real service's order.
func (s *Shape) constraints() (all []string) {
	if s.Max != nil {
		all = append(all, s.atMost())
	}
	if s.Min != nil {
		all = append(all, s.atLeast())
	}
	if s.Pattern != nil {
		all = append(all, s.matches())
	}
	if len(s.Enum) > 0 {
		all = append(all, s.oneOf())
	}
	return all
}

func (s *Shape) atMost() string {
	return fmt.Sprintf("Member must have %s less than or equal to %d", s.measure(), *s.Max)
}

func (s *Shape) atLeast() string {
	return fmt.Sprintf("Member must have %s greater than or equal to %d", s.measure(), *s.Min)
}

func (s *Shape) measure() string {
	if s.Type == Integer || s.Type == Long {
		return "value"
	}
	return "length"
}

func (s *Shape) matches() string {
	return "Member must satisfy regular expression pattern: " + s.Pattern.Source
}

func (s *Shape) oneOf() string {
	return "Member must satisfy enum value set: [" + strings.Join(s.Enum, ", ") + "]"
}
