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

// input is the input of a call, as far as the operation's table says what is
// to be read of it.
type input struct {
	value   any
	needs   *apineeds.Operation
	named   apineeds.Named    // what the operation's own action is about
	tags    map[string]string // that the call gives
	removed []string          // keys of the tags that it takes away
}

// errNoNeeds says that an operation cannot be decided about, which is a
// mistake of the program.
var errNoNeeds = errors.New("access: the table of operations does not say what the operation needs")

// readInput reads the input of an operation. An input that does not name what
// the call is about is a [*apineeds.MissingError]: without a name no statement
// that denies could be found.
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

// maxTags is how many tags a call may give, or take away (AWS General Reference,
// tagging). Each becomes a condition key, so they are counted before policies
// are asked.
const maxTags = 50

// checkTags refuses a call with more tags than a resource can have.
func (in input) checkTags() error {
	if n := max(len(in.tags), len(in.removed)); n > maxTags {
		return &apicore.Refusal{Reason: apicore.Invalid, Message: fmt.Sprintf("The request has %d tags; a resource can have %d at most.", n, maxTags)}
	}
	return nil
}

// addTags adds the tags that a call gives, and the keys of all that it names,
// in order.
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

// addConditions adds the condition keys that members give, as far as they are
// given.
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
