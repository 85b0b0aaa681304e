package iam

import (
	"strconv"
	"strings"
	"time"
)

// MaxVersions is how many versions a managed policy may have, including its default
// (CreatePolicyVersion).
const MaxVersions = 5

// VersionNo is the number of a managed policy's version. The first is 1. No number is used
// twice in a policy's life, not even after a deletion.
type VersionNo int64

// firstVersion is the version from the policy's creation.
const firstVersion VersionNo = 1

// ID returns the version's id in the API: v1, v2 and so on.
func (no VersionNo) ID() string { return "v" + strconv.FormatInt(int64(no), 10) }

// ParseVersionID reads a version's id (policyVersionIdType). It returns 0, which no version
// has, for any other text.
func ParseVersionID(id string) VersionNo {
	digits, ok := strings.CutPrefix(id, "v")
	no, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || VersionNo(no).ID() != id || no < int64(firstVersion) {
		return 0
	}
	return VersionNo(no)
}

// PolicyVersion is a version of a managed policy. Its document never changes. The default
// version is the one that counts, and another version can become the default.
type PolicyVersion struct {
	No       VersionNo // 0 for a new version: the store numbers it
	Document string    // as given; absent in lists
	Default  bool
	Created  time.Time
}

// NewPolicyVersion checks the document and returns a new version of a managed policy. isDefault
// makes it the policy's default.
func NewPolicyVersion(document string, isDefault bool, now time.Time) (*PolicyVersion, error) {
	if err := checkPolicy(document); err != nil {
		return nil, err
	}
	return &PolicyVersion{Document: document, Default: isDefault, Created: now}, nil
}

// CheckVersions refuses another version to a managed policy that has that many.
func CheckVersions(has int) error {
	if has >= MaxVersions {
		return Errorf(LimitExceeded, "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", MaxVersions)
	}
	return nil
}

// CheckDeleteVersion refuses to delete a managed policy's default version
// (DeletePolicyVersion).
func CheckDeleteVersion(isDefault bool) error {
	if isDefault {
		return Errorf(DeleteConflict, "Cannot delete the default version of a policy.")
	}
	return nil
}

// checkPolicy refuses an invalid document for a managed policy.
func checkPolicy(document string) error {
	if err := checkDocument(document, parseDocument); err != nil {
		return err
	}
	if sizeOf(document) > maxPolicySize {
		return Errorf(LimitExceeded, "Cannot exceed quota for PolicySize: %d", maxPolicySize)
	}
	return nil
}
