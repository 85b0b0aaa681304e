// Package worldcsv has a table of invented users that many programs wrote as CSV. It also
// judges how well a reader reads their files. It is for tests and for make corpus.
//
// It owns which users are right (worldcsv.go) and how values are compared (value.go). It
// also writes the table in settings that no file has (write.go). The files are in
// internal/usercsv/testdata/world; the README.md there says how they were made.
package worldcsv

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// World is the set of files and the users in each of them.
type World struct {
	Dir   string // the folder of the files
	Files []File
	users map[string]map[string]string // by username
}

// File says how one file was written.
type File struct {
	Name       string   `json:"file"`
	Program    string   `json:"program"` // that wrote the file
	ByRule     bool     `json:"by_rule"` // no program wrote the file; it follows the rules of one
	Encoding   string   `json:"encoding"`
	Delimiter  string   `json:"delimiter"`
	Quoting    string   `json:"quoting"`
	Hard       string   `json:"hard"`
	Null       string   `json:"null"`
	NotCounted []string `json:"not_counted"` // users whose values the program lost
	Causes     []string `json:"cause"`       // what sets the file apart from RFC 4180
}

// Load reads the description of the files in a folder.
func Load(dir string) (*World, error) {
	var manifest struct {
		Files []File `json:"files"`
	}
	var truth struct {
		Users []map[string]string `json:"users"`
	}
	if err := load(filepath.Join(dir, "manifest.json"), &manifest); err != nil {
		return nil, err
	}
	if err := load(filepath.Join(dir, "truth.json"), &truth); err != nil {
		return nil, err
	}
	w := &World{Dir: dir, Files: manifest.Files, users: map[string]map[string]string{}}
	for _, u := range truth.Users {
		w.users[u[username]] = u
	}
	return w, nil
}

func load(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// username is the column that identifies users.
const username = "cognito:username"

// Path returns the path of a file.
func (w *World) Path(f File) string { return filepath.Join(w.Dir, f.Name) }

// Users returns the number of users in the table.
func (w *World) Users() int { return len(w.users) }

// Judgement is how well a reader read a file.
type Judgement struct {
	Right   int      // counted users with correct values
	Counted int      // users that count
	Wrong   []string // wrong values of users that were read: "USERNAME COLUMN is … and should be …"
	Missing []string // counted users that were not read
}

// Whole reports whether the file was read without any mistake.
func (j Judgement) Whole() bool { return j.Right == j.Counted && len(j.Wrong) == 0 }

// Judge compares the users that were read with the table. Each user is a map from column
// to value. A user that is not counted may have any values except for the username.
func (w *World) Judge(f File, read []map[string]string) (j Judgement) {
	j.Counted = len(w.users) - len(f.NotCounted)
	seen := map[string]bool{}
	for _, u := range read {
		name := u[username]
		truth, known := w.users[name]
		switch {
		case slices.Contains(f.NotCounted, name):
		case !known && w.lost(f):
			// the program changed the username of a user that is not counted
		case !known:
			j.Wrong = append(j.Wrong, fmt.Sprintf("%q is no user of the table", name))
		case seen[name]:
			j.Wrong = append(j.Wrong, fmt.Sprintf("%q was read twice", name))
		default:
			if wrong := compare(name, u, truth); wrong != "" {
				j.Wrong = append(j.Wrong, wrong)
			} else {
				j.Right++
			}
		}
		seen[name] = true
	}
	for name := range w.users {
		if !seen[name] && !slices.Contains(f.NotCounted, name) {
			j.Missing = append(j.Missing, name)
		}
	}
	slices.Sort(j.Missing)
	return j
}

// lost reports whether the program may have changed usernames. It may if it lost line
// ends, or if an uncounted user has a username beyond ASCII.
func (w *World) lost(f File) bool {
	return slices.ContainsFunc(f.NotCounted, func(name string) bool {
		return slices.ContainsFunc([]byte(name), func(b byte) bool { return b >= 0x80 })
	})
}
