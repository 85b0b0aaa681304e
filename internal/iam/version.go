package iam

import (
	"strconv"
	"strings"
	"time"
)

// MaxVersions is how many versions a managed policy may have, its default
// among them (CreatePolicyVersion).
const MaxVersions = 5

// VersionNo is the number of a version of a managed policy. The first is 1,
// and no number is given twice in a policy's life, not even after a deletion.
type VersionNo int64

// firstVersion is the version that a managed policy is created with.
const firstVersion VersionNo = 1

// ID returns how the API names the version: v1, v2 and so on.
func (no VersionNo) ID() string { return "v" + strconv.FormatInt(int64(no), 10) }

// ParseVersionID reads the id of a version (policyVersionIdType). Other ids
// are those of no version, and so is 0.
func ParseVersionID(id string) VersionNo {
	digits, ok := strings.CutPrefix(id, "v")
	no, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || VersionNo(no).ID() != id || no < int64(firstVersion) {
		return 0
	}
	return VersionNo(no)
}

// PolicyVersion is a version of a managed policy. The document of a version is
// never changed; which of a policy's versions is the default, and so the one
// that counts, may be.
type PolicyVersion struct {
	No       VersionNo // of a new version 0: the store gives it
	Document string    // as it was given; lists leave it out
	Default  bool
	Created  time.Time
}

// NewPolicyVersion returns a new version of a managed policy, whose document
// was checked. isDefault says whether it becomes the policy's default.
func NewPolicyVersion(document string, isDefault bool, now time.Time) (*PolicyVersion, error) {
	if err := checkPolicy(document); err != nil {
		return nil, err
	}
	return &PolicyVersion{Document: document, Default: isDefault, Created: now}, nil
}

// CheckVersions refuses one more version to a managed policy that has that
// many.
func CheckVersions(has int) error {
	if has >= MaxVersions {
		return Refusef(LimitExceeded, "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", MaxVersions)
	}
	return nil
}

// CheckDeleteVersion refuses to delete the default version of a managed policy
// (DeletePolicyVersion).
func CheckDeleteVersion(isDefault bool) error {
	if isDefault {
		return Refusef(DeleteConflict, "Cannot delete the default version of a policy.")
	}
	return nil
}

// checkPolicy refuses what cannot be the document of a managed policy.
func checkPolicy(document string) error {
	if err := checkDocument(document, parseDocument); err != nil {
		return err
	}
	if sizeOf(document) > maxPolicySize {
		return Refusef(LimitExceeded, "Cannot exceed quota for PolicySize: %d", maxPolicySize)
	}
	return nil
}
