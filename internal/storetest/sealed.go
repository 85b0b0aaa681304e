package storetest

import (
	"bytes"
	"testing"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// testDataKey: a data key stays as it was first stored, until the mark is replaced before anything
// was sealed.
func testDataKey(t *testing.T, s Store) {
	want := func(name, fresh, kept string) {
		t.Helper()
		if got, err := s.DataKey(t.Context(), name, []byte(fresh)); string(got) != kept || err != nil {
			t.Errorf("the key %s is %q, %v; want %s", name, got, err, kept)
		}
	}
	_, err := s.SetSealingMark(t.Context(), []byte("first"))
	noError(t, err)
	want("a", "first of a", "first of a")
	want("a", "second of a", "first of a")
	want("b", "first of b", "first of b")
	_, err = s.SetSealingMark(t.Context(), []byte("second"))
	noError(t, err)
	want("a", "third of a", "third of a")
}

// testWhatIsSealed: each kind of sealed secret protects the mark of its key, and is read back
// unchanged.
func testWhatIsSealed(t *testing.T, s Store) {
	ctx, now := t.Context(), time.Now().Truncate(time.Millisecond)
	p := &userpool.UserPool{ID: "us-east-1_sealed", Schema: userpool.StandardSchema()}
	_, err := s.SetSealingMark(ctx, []byte("first"))
	noError(t, err)
	credential := userpool.Credential{Scheme: "BCRYPT", Secret: "$2b$10$abcdefghijklmnopqrstuv", Expires: now}
	kinds := map[string]struct{ make, check func() }{
		"an app client": {func() {
			none := func(*userpool.UserPool, *userpool.Client) error { return nil }
			noError(t, s.CreateClient(ctx, &userpool.Client{PoolID: p.ID, ID: "web", Secret: "secret of web"}, none))
		}, func() {
			if c, err := s.Client(ctx, p.ID, "web"); err != nil || c.Secret != "secret of web" {
				t.Errorf("the app client is %+v, %v", c, err)
			}
		}},
		"a key that signs tokens": {func() {
			_, err := s.ChangeTokenKeys(ctx, p, func([]token.Key) ([]token.Key, error) { return []token.Key{tokenKey("a", token.ID)}, nil })
			noError(t, err)
		}, func() {
			if keys, err := s.TokenKeys(ctx, p); err != nil || !sameKeys(keys, []token.Key{tokenKey("a", token.ID)}) {
				t.Errorf("the keys are %v, %v", keys, err)
			}
		}},
		"a user": {func() {
			u := &userpool.User{PoolID: p.ID, Username: "zoe", Sub: "01a2263e-e8f4-7197-8ee9-5870d19b3743", Status: userpool.Confirmed, Created: now, Modified: now, Credential: credential}
			noError(t, s.CreateUser(ctx, p, u, false))
		}, func() {
			if u, err := s.User(ctx, p, "zoe"); err != nil || !u.Credential.Expires.Equal(now) || u.Credential.Secret != credential.Secret || u.Credential.Scheme != credential.Scheme {
				t.Errorf("the user is %+v, %v", u, err)
			}
		}},
		"a message": {func() {
			u := &userpool.User{PoolID: p.ID, Username: "zoe", Sub: "01a2263e-e8f4-7197-8ee9-5870d19b3743", Status: userpool.Confirmed, Created: now, Modified: now}
			noError(t, s.CreateUserAndSend(ctx, p, u, false, &outbox.Message{At: now, Code: "314159"}))
		}, func() {
			if all, err := s.Messages(ctx, p, "", "", 2); err != nil || len(all) != 1 || all[0].Code != "314159" {
				t.Errorf("the messages are %+v, %v", all, err)
			}
		}},
		"an import job": {func() {
			noError(t, s.CreateJob(ctx, &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Created, UploadURL: "https://job", Created: now}, 10))
		}, func() {
			if j, err := s.Job(ctx, importjob.Key{PoolID: p.ID, JobID: "import-1"}); err != nil || j.UploadURL != "https://job" {
				t.Errorf("the job is %+v, %v", j, err)
			}
		}},
		"rows of a job": {func() {
			j := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Stopped, Created: now, Completed: now}
			noError(t, s.CreateJob(ctx, j, 10))
			noError(t, s.KeepRest(ctx, j.Key(), j.Rest, []importjob.KeptRow{{Line: 2, Text: "a row"}}, j.Rest, true))
		}, func() {
			if kept, err := s.KeptRows(ctx, importjob.Key{PoolID: p.ID, JobID: "import-1"}, 0, 1, true); err != nil || len(kept) != 1 || kept[0].Rejected[0].Text != "a row" {
				t.Errorf("the rows are %+v, %v", kept, err)
			}
		}},
		"a correction": {func() {
			j := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Stopped, Created: now, Completed: now}
			noError(t, s.CreateJob(ctx, j, 10))
			noError(t, s.SetCorrections(ctx, j.Key(), []importjob.Correction{{Line: 2, Text: "a row"}}))
		}, func() {
			if c, err := s.Corrections(ctx, importjob.Key{PoolID: p.ID, JobID: "import-1"}, 0, 1); err != nil || len(c) != 1 || c[0].Text != "a row" {
				t.Errorf("the corrections are %+v, %v", c, err)
			}
		}},
		"an import map": {func() {
			noError(t, s.KeepImportMap(ctx, p.ID, asked().Map, now))
		}, func() {
			if m, _, err := s.ImportMap(ctx, p.ID); err != nil || len(m) != len(asked().Map) {
				t.Errorf("the map is %v, %v", m, err)
			}
		}},
		"an upload": {func() {
			noError(t, s.CreateUpload(ctx, &importfile.Upload{PoolID: p.ID, ID: "import-2", State: importfile.Waiting, URL: "https://upload", Created: now}, 10))
		}, func() {
			if u, err := s.Upload(ctx, importjob.Key{PoolID: p.ID, JobID: "import-2"}); err != nil || u.URL != "https://upload" {
				t.Errorf("the upload is %+v, %v", u, err)
			}
		}},
	}
	for name, kind := range kinds {
		noError(t, s.CreatePool(ctx, p, 10))
		if sealed, err := s.HasSealed(ctx); err != nil || sealed {
			t.Errorf("before %s: %v, %v", name, sealed, err)
		}
		kind.make()
		kind.check()
		if sealed, err := s.HasSealed(ctx); err != nil || !sealed {
			t.Errorf("after %s: %v, %v", name, sealed, err)
		}
		if mark, err := s.SetSealingMark(ctx, []byte("another")); err != nil || !bytes.Equal(mark, []byte("first")) {
			t.Errorf("the mark of what sealed %s is %q, %v", name, mark, err)
		}
		clearPool(t, s, p.ID)
	}
}

// clearPool deletes a pool and all its data.
func clearPool(t *testing.T, s Store, id string) {
	t.Helper()
	noError(t, s.DeletePool(t.Context(), id, func(*userpool.UserPool, bool) error { return nil }))
	deleted, err := s.DeletedPools(t.Context())
	noError(t, err)
	for _, d := range deleted {
		noError(t, s.ClearPool(t.Context(), d))
	}
}
