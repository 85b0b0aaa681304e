package stsapi

import "testing"

// TestPatterns compiles the patterns of everything in a request. A server compiles a pattern
// only when it first needs it.
func TestPatterns(t *testing.T) {
	patterns := 0
	for _, op := range Operations() {
		for _, m := range op.Input.Members {
			if m.Shape.Pattern != nil {
				patterns++
				m.Shape.Pattern.Match("x")
			}
		}
	}
	if patterns < 5 {
		t.Errorf("%d patterns were found", patterns)
	}
	if arn := shapearnType.Pattern; !arn.Match("arn:aws:iam::123456789012:role/r") || arn.Match("arn\x00") {
		t.Error("the pattern of ARNs is not what the model means")
	}
}
