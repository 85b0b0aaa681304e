// Package worldcsv is a table of invented users that many programs wrote as CSV, and the
// judgement on what a reader makes of their files. It is for tests and for make corpus.
//
// It owns which users are right (worldcsv.go), how values are compared (value.go), and how
// the table is written in a setting that no file of it has (write.go). The
// files are in internal/usercsv/testdata/world, whose README.md says how they were made.
package worldcsv

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// World is the files, and the users that are in each of them.
type World struct {
	Dir   string // that the files are in
	Files []File
	users map[string]map[string]string // by username
}

// File is how one file was written.
type File struct {
	Name       string   `json:"file"`
	Encoding   string   `json:"encoding"`
	Delimiter  string   `json:"delimiter"`
	Quoting    string   `json:"quoting"`
	Hard       string   `json:"hard"`
	Null       string   `json:"null"`
	NotCounted []string `json:"not_counted"` // users whose values the program lost
	Causes     []string `json:"cause"`       // what sets the file apart from RFC 4180
}

// Load reads what is known of the files in a folder.
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

// username is the column that users are known by.
const username = "cognito:username"

// Path returns where a file is.
func (w *World) Path(f File) string { return filepath.Join(w.Dir, f.Name) }

// Users returns how many users the table has.
func (w *World) Users() int { return len(w.users) }

// Judgement is what a reader made of a file.
type Judgement struct {
	Right   int      // users that are as they should be, of those that are counted
	Counted int      // users that are counted
	Wrong   []string // what is wrong with users that were read: "USERNAME COLUMN is … and should be …"
	Missing []string // counted users that were not read
}

// Whole reports whether the file was read wholly right.
func (j Judgement) Whole() bool { return j.Right == j.Counted && len(j.Wrong) == 0 }

// Judge judges the users that were read, each by the names of its columns. A user who is
// not counted may have any values, but for the username.
func (w *World) Judge(f File, read []map[string]string) (j Judgement) {
	j.Counted = len(w.users) - len(f.NotCounted)
	seen := map[string]bool{}
	for _, u := range read {
		name := u[username]
		truth, known := w.users[name]
		switch {
		case slices.Contains(f.NotCounted, name):
		case !known && w.lost(f):
			// the program has changed the username of a user who is not counted
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

// lost reports whether a program may have changed usernames: there are users that are not
// counted whose username is not ASCII, or it lost the ends of lines.
func (w *World) lost(f File) bool {
	return slices.ContainsFunc(f.NotCounted, func(name string) bool {
		return slices.ContainsFunc([]byte(name), func(b byte) bool { return b >= 0x80 })
	})
}
