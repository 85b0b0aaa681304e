package iamapi

import (
	"testing"

	"poolhouse/internal/apicore"
)

// TestPatterns compiles every pattern. A server compiles a pattern only when it first needs it.
func TestPatterns(t *testing.T) {
	patterns := 0
	seen := map[*apicore.Shape]bool{}
	var walk func(s *apicore.Shape)
	walk = func(s *apicore.Shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if s.Pattern != nil {
			patterns++
			s.Pattern.Match("x")
		}
		walk(s.Key)
		walk(s.Element)
		for _, m := range s.Members {
			walk(m.Shape)
		}
	}
	for _, op := range Operations() {
		walk(op.Input)
		walk(op.Output)
	}
	if patterns < 10 {
		t.Errorf("%d patterns were found", patterns)
	}
}

func TestPatternsMatchWhatTheModelMeans(t *testing.T) {
	cases := []struct {
		shape   *apicore.Shape
		good    []string
		refused []string
	}{
		{&shapepathType, []string{"/", "/a/b/"}, []string{"", "a", "/a"}},
		{&shapeuserNameType, []string{"jane.d+1@example.com"}, []string{"a b", "é", ""}},
		{&shapepolicyDocumentType, []string{"{\r\n\t\"é\": 1}"}, []string{"\x00", "日"}},
	}
	for _, c := range cases {
		for _, text := range c.good {
			if !c.shape.Pattern.Match(text) {
				t.Errorf("%s refuses %q", c.shape.Pattern.Source, text)
			}
		}
		for _, text := range c.refused {
			if c.shape.Pattern.Match(text) {
				t.Errorf("%s accepts %q", c.shape.Pattern.Source, text)
			}
		}
	}
}
