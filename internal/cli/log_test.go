package cli

import "testing"

// TestLogEvent: the advice is a sentence of its own, even after a message of Cognito's that
// lacks its full stop.
func TestLogEvent(t *testing.T) {
	const advice = "custom:level: The number must be smaller."
	for message, want := range map[string]string{
		"The username is missing.":   "The username is missing. " + advice,
		"(Example: true).":           "(Example: true). " + advice,
		"custom:level: Not so large": "custom:level: Not so large. " + advice,
	} {
		if got := (logEvent{message, advice}).String(); got != want {
			t.Errorf("%q is printed %q, want %q", message, got, want)
		}
	}
	if got := (logEvent{"The import succeeded.", ""}).String(); got != "The import succeeded." {
		t.Errorf("without advice: %q", got)
	}
}
