package iam

import (
	"time"

	"poolhouse/internal/awsarn"
)

// defaultPath is the path of an entity created without one (IAM identifiers).
const defaultPath = "/"

// User is a user of the account, not of a user pool.
type User struct {
	ID      string // AIDA…; a later user of the same name has another id
	Name    string // as given
	Path    string
	Created time.Time
	Tags    Tags // absent in lists
}

// NewUser returns a new user; an empty path means the default.
func NewUser(name, path string, now time.Time) (*User, error) {
	u := &User{ID: newID(prefixUser, restOfID), Name: name, Path: orDefault(path), Created: now}
	if err := checkName("userName", name, maxUserName); err != nil {
		return nil, err
	}
	if err := checkPath(u.Path, isPath); err != nil {
		return nil, err
	}
	return u, nil
}

// Move changes the user's name or path; "" leaves it unchanged (UpdateUser). The user keeps its
// id, keys and policies.
func (u *User) Move(name, path string) error {
	if name != "" {
		u.Name = name
		if err := checkName("newUserName", name, maxUserName); err != nil {
			return err
		}
	}
	if path != "" {
		u.Path = path
	}
	return checkPath(u.Path, isPath)
}

// ARN returns the user's ARN.
func (u *User) ARN(account string) string { return awsarn.Entity(account, "user", u.Path, u.Name) }

func orDefault(path string) string {
	if path == "" {
		return defaultPath
	}
	return path
}
