package iam

import (
	"cmp"
	"slices"
	"strings"

	"poolhouse/internal/policy"
)

// maxTags is how many tags a user, a role or a managed policy may have (IAM and
// STS quotas).
const maxTags = 50

// Tag is a label of a user, a role or a managed policy.
type Tag struct{ Key, Value string }

// Tags are the tags of one entity, ordered by key. The slice is never changed.
type Tags []Tag

// Map returns the tags as a map from key to value, the form for policies.
func (t Tags) Map() map[string]string {
	m := make(map[string]string, len(t))
	for _, tag := range t {
		m[tag.Key] = tag.Value
	}
	return m
}

// tagging holds the rules for the tags of one kind of entity.
type tagging struct {
	quota string // the API's name for the quota
	// fold says that keys ignore case, as those of users and roles do. Keys of managed policies
	// do not (IAM User Guide, tags for IAM resources, case sensitivity).
	fold bool
}

var (
	userTags   = tagging{"TagsPerUser", true}
	roleTags   = tagging{"TagsPerRole", true}
	policyTags = tagging{"TagsPerPolicy", false}
)

// Tag adds tags. They replace tags with the same keys.
func (u *User) Tag(more []Tag) (err error) {
	u.Tags, err = userTags.add(u.Tags, more)
	return err
}

// Untag removes tags. Missing keys are no error.
func (u *User) Untag(keys []string) { u.Tags = userTags.remove(u.Tags, keys) }

// Tag adds tags. They replace tags with the same keys.
func (r *Role) Tag(more []Tag) (err error) {
	r.Tags, err = roleTags.add(r.Tags, more)
	return err
}

// Untag removes tags. Missing keys are no error.
func (r *Role) Untag(keys []string) { r.Tags = roleTags.remove(r.Tags, keys) }

// Tag adds tags. They replace tags with the same keys.
func (p *Policy) Tag(more []Tag) (err error) {
	p.Tags, err = policyTags.add(p.Tags, more)
	return err
}

// Untag removes tags. Missing keys are no error.
func (p *Policy) Untag(keys []string) { p.Tags = policyTags.remove(p.Tags, keys) }

func (t tagging) same(a, b string) bool {
	return a == b || t.fold && policy.SameKey(a, b)
}

// add returns the tags with more added. One request must not name a key twice.
func (t tagging) add(tags Tags, more []Tag) (Tags, error) {
	for i, tag := range more {
		if err := tag.check(); err != nil {
			return tags, err
		}
		if slices.ContainsFunc(more[:i], func(other Tag) bool { return t.same(other.Key, tag.Key) }) {
			return tags, Errorf(InvalidInput, "Duplicate tag keys found: %.128s. The keys of users' and roles' tags are the same in any case.", tag.Key)
		}
	}
	all := slices.DeleteFunc(slices.Clone(tags), func(old Tag) bool {
		return slices.ContainsFunc(more, func(tag Tag) bool { return t.same(old.Key, tag.Key) })
	})
	all = append(all, more...)
	if len(all) > maxTags {
		return tags, Errorf(LimitExceeded, "Cannot exceed quota for %s: %d", t.quota, maxTags)
	}
	slices.SortFunc(all, func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
	return all, nil
}

// remove returns the tags without those with the keys, nil if none is left.
func (t tagging) remove(tags Tags, keys []string) Tags {
	var left Tags
	for _, tag := range tags {
		if !slices.ContainsFunc(keys, func(key string) bool { return t.same(key, tag.Key) }) {
			left = append(left, tag)
		}
	}
	return left
}

// check refuses reserved tags (IAM User Guide, tags for IAM resources, rules). The API's model
// checks characters and lengths.
func (tag Tag) check() error {
	for what, text := range map[string]string{"key": tag.Key, "value": tag.Value} {
		if strings.HasPrefix(strings.ToLower(text), "aws:") {
			return Errorf(InvalidInput, "The %s %.128q of a tag begins with aws:, which is reserved.", what, text)
		}
	}
	return nil
}
