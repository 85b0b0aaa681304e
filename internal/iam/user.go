package iam

import (
	"time"

	"poolhouse/internal/awsarn"
)

// defaultPath is the path of what is created without one (IAM identifiers).
const defaultPath = "/"

// User is a user of the account, other than those of user pools.
type User struct {
	ID      string // AIDA…; a later user of the same name has another
	Name    string // as it was given
	Path    string
	Created time.Time
	Tags    Tags // lists leave them out
}

// NewUser returns a new user; an empty path stands for the default.
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

// Move gives the user another name or another path, "" for as it is
// (UpdateUser). The user stays the same one: keys and policies go along.
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
