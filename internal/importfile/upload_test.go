package importfile_test

import (
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestTake: a job can only be made of an upload that is Ready. A refusal says what to do.
func TestTake(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*importfile.Upload)
		says   string // "" for a job
	}{
		"ready":     {func(*importfile.Upload) {}, ""},
		"waiting":   {func(u *importfile.Upload) { u.State = importfile.Waiting }, "has not arrived"},
		"reading":   {func(u *importfile.Upload) { _ = u.Attach(importjob.Upload{Name: "y"}) }, "is being read"},
		"failed":    {func(u *importfile.Upload) { u.Fail("100% broken.") }, "100% broken."},
		"expired":   {(*importfile.Upload).Expire, "has expired"},
		"no file":   {func(u *importfile.Upload) { u.Report.Problem = &usercsv.FileError{Reason: "The header is 50% wrong."} }, "The header is 50% wrong."},
		"algorithm": {func(u *importfile.Upload) { u.Algorithm = "SCRYPT" }, "another PasswordHashingAlgorithm"},
	} {
		u := &importfile.Upload{PoolID: poolID, ID: "import-1", State: importfile.Ready, Algorithm: "BCRYPT", URL: "u", File: importjob.Upload{Name: "x"}, Report: &usercsv.Report{}}
		c.change(u)
		j := &importjob.Job{PoolID: poolID, HashAlgorithm: "BCRYPT"}
		err := u.Take(j)
		switch {
		case c.says == "":
			if err != nil || j.ID != "import-1" || j.Upload.Name != "x" || j.UploadURL != "u" {
				t.Errorf("%s: %v, %+v", name, err, j)
			}
		case userpool.KindOf(err) != userpool.PreconditionNotMet || !strings.Contains(err.Error(), c.says) || j.ID != "":
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// TestRefresh: a file is read again if it was read for other conditions.
func TestRefresh(t *testing.T) {
	then, now := time.UnixMilli(1), time.UnixMilli(2)
	for name, c := range map[string]struct {
		state     importfile.State
		algorithm string
		modified  time.Time
		changed   bool
		becomes   importfile.State
	}{
		"the same":           {importfile.Ready, "BCRYPT", then, false, importfile.Ready},
		"another algorithm":  {importfile.Ready, "", then, true, importfile.Reading},
		"a changed pool":     {importfile.Ready, "BCRYPT", now, true, importfile.Reading},
		"being read":         {importfile.Reading, "BCRYPT", now, false, importfile.Reading},
		"read for another":   {importfile.Reading, "SCRYPT", then, true, importfile.Reading},
		"no file":            {importfile.Waiting, "SCRYPT", now, true, importfile.Waiting},
		"one that is broken": {importfile.Failed, "SCRYPT", now, true, importfile.Failed},
		"one that goes":      {importfile.Expired, "SCRYPT", now, false, importfile.Expired},
	} {
		u := &importfile.Upload{State: c.state, Algorithm: "BCRYPT", PoolModified: then, Lease: importjob.Lease{Node: "n", Epoch: 3}}
		got := u.Refresh(c.algorithm, c.modified)
		if got != c.changed || u.State != c.becomes || c.changed && u.Algorithm != c.algorithm {
			t.Errorf("%s: %v, %+v", name, got, u)
		}
		if again := c.changed && c.becomes == importfile.Reading; again != (u.Lease.Epoch == 4) {
			t.Errorf("%s: the lease is %+v", name, u.Lease)
		}
	}
	u := &importfile.Upload{}
	u.Expire()
	if err := u.Attach(importjob.Upload{}); userpool.KindOf(err) != userpool.PreconditionNotMet {
		t.Errorf("a file for an upload that goes: %v", err)
	}
}
