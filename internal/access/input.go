package access

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/policy"
)

// input holds those parts of a call's input that policies need. The operation's table names
// them.
type input struct {
	value   any
	needs   *apineeds.Operation
	named   apineeds.Named    // by the members for the operation's own action
	tags    map[string]string // that the call sets
	removed []string          // keys of the tags that the call removes
}

// errNoNeeds is a mistake of the program: the table has no entry for the operation.
var errNoNeeds = errors.New("access: the table of operations does not say what the operation needs")

// readInput reads an operation's input. It returns an [*apineeds.MissingError] if the input
// does not name the resource: without a name, a Deny statement for that resource could not be
// found.
func readInput(action string, needs *apineeds.Operation, value any) (in input, err error) {
	if needs == nil {
		return in, fmt.Errorf("%s: %w", action, errNoNeeds)
	}
	in = input{value: value, needs: needs}
	if in.named, err = needs.Resource.Of(value); err != nil {
		return in, err
	}
	if in.tags, err = needs.Tags.Of(value); err != nil {
		return in, err
	}
	in.removed, err = needs.TagKeys.Of(value)
	return in, err
}

// maxTags is how many tags a call may set or remove (AWS General Reference, tagging). Each tag
// becomes a condition key, so the check comes before the policies are evaluated.
const maxTags = 50

// checkTags refuses a call with more tags than a resource can have.
func (in input) checkTags() error {
	if n := max(len(in.tags), len(in.removed)); n > maxTags {
		return &apicore.Refusal{Reason: apicore.Invalid, Message: fmt.Sprintf("The request has %d tags; a resource can have %d at most.", n, maxTags)}
	}
	return nil
}

// addTags adds the call's tags, and the sorted keys of all tags that it names.
func addTags(c policy.Context, in input) {
	for key, value := range in.tags {
		c["aws:RequestTag/"+key] = []string{value}
	}
	keys := slices.Sorted(maps.Keys(in.tags))
	keys = append(keys, in.removed...)
	slices.Sort(keys)
	if keys = slices.Compact(keys); len(keys) > 0 {
		c["aws:TagKeys"] = keys
	}
}

// addConditions adds the condition keys whose members the call gives.
func (in input) addConditions(c policy.Context) error {
	for _, condition := range in.needs.Conditions {
		value, err := condition.Value.Of(in.value)
		if err != nil {
			return err
		}
		if value != "" {
			c[condition.Key] = []string{value}
		}
	}
	return nil
}
