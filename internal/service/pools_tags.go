package service

import (
	"strings"

	"poolhouse/internal/userpool"
)

// maxTags is how many tags a resource can have (AWS General Reference,
// tagging).
const maxTags = 50

// checkTags applies the rules for tags that the model does not state.
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return userpool.Errorf(userpool.TaggingRefused, "A user pool can have %d tags at most.", maxTags)
	}
	for key := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return userpool.Errorf(userpool.TaggingRefused, "The tag key %s begins with aws:, which is reserved.", key)
		}
	}
	return nil
}
