package sqlstore

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestStolenDatabase: a copy of the database contains no secret of any kind in the clear, in
// hexadecimal or in base64. Other values are found in the same places.
func TestStolenDatabase(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		s, err := OpenSQLite(t.Context(), SQLite{Path: path, Account: "000000000000"})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		mustHoldNoSecret(t, withKey(t, s), func() []byte { return rawDatabase(t, path) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		mustHoldNoSecret(t, openPostgres(t, url), func() []byte { return allRows(t, url) })
	})
}

// allRows returns all values of all rows of a schema, as PostgreSQL sends them; bytes are raw.
func allRows(t *testing.T, url string) (all []byte) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = current_schema::regnamespace AND c.relkind IN ('r', 'p', 'm')")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		rows, err := conn.Query(ctx, "SELECT * FROM "+table, pgx.QueryResultFormats{pgx.BinaryFormatCode})
		if err != nil {
			t.Fatal(table, err)
		}
		for rows.Next() {
			all = append(append(all, bytes.Join(rows.RawValues(), []byte{0})...), 0)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(table, err)
		}
	}
	return all
}

// storedSecrets stores a secret of each kind, by name, and some texts that are not secret.
func storedSecrets(t *testing.T, s *Store) (secrets map[string]string, open []string) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	sealer, err := iam.NewSealer(bytes.Repeat([]byte("sealing key...!!"), iam.SealerKeySize/16))
	if err != nil {
		t.Fatal(err)
	}
	ada, err := iam.NewUser("ada", "/", now)
	if err != nil {
		t.Fatal(err)
	}
	key, secret := iam.NewAccessKey("ada", sealer, now)
	const dataKey, urlKey, token = "data key: 0123456789abcdef012345", "url key: 0123456789abcdef0123456", "the token of a console session"
	p := aliasPool("us-east-1_stolen")
	user := func(name, scheme, secret string) *userpool.User {
		u := named(p, name, name+"@mail.example")
		u.Credential = userpool.Credential{Scheme: scheme, Secret: secret}
		return u
	}
	none := func(*userpool.UserPool, *userpool.Client) error { return nil }
	client := &userpool.Client{PoolID: p.ID, ID: "web", Secret: "secretofclient", Settings: userpool.ClientSettings{LogoutURLs: []string{"poolhouse:client-secret=secretofclient"}}}
	created := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Created, UploadURL: "https://job.example/?X-Amz-Signature=abcdef0123", Created: now,
		Asked:  &usercsv.Asked{Map: []usercsv.Mapped{{Column: "columnofrequest", Attribute: "attributeofrequest"}}},
		Format: &usercsv.Format{Names: []string{"columnofformat"}, Columns: []string{usercsv.NotImported + "columnofformat"}}}
	waiting := &importfile.Upload{PoolID: p.ID, ID: "import-2", State: importfile.Waiting, URL: "https://upload.example/?X-Amz-Signature=0123abcdef", Created: now}
	seen := &importfile.Upload{PoolID: p.ID, ID: "import-4", State: importfile.Ready, URL: "https://seen.example/", Created: now,
		Report: &usercsv.Report{Rows: 1, First: []usercsv.RowSeen{{Line: 2, Values: []string{"seen@firstrow.example"}}}}}
	signedIn := &session.Session{ID: session.Token(token).ID(), Owner: "root", AccessKeyID: "AKIAOFTHECONSOLE", Secret: []byte("a MAC under the secret"), Begun: now, Used: now, Ends: now.Add(time.Hour)}
	for what, do := range map[string]func() error{
		"an account":   func() error { return errors.Join(s.IAM().CreateUser(ctx, ada), s.IAM().CreateAccessKey(ctx, key)) },
		"a session":    func() error { return s.Sessions().Begin(ctx, signedIn) },
		"the data key": func() error { _, err := s.DataKey(ctx, "data", sealer.SealKey("data", []byte(dataKey))); return err },
		"the URL key": func() error {
			_, err := s.DataKey(ctx, "upload-urls", sealer.SealKey("upload-urls", []byte(urlKey)))
			return err
		},
		"what is of a pool": func() error {
			if err := s.CreatePool(ctx, p, 10); err != nil {
				return err
			}
			return errors.Join(s.CreateUser(ctx, p, user("zoe", "BCRYPT", "$2b$10$hashofthepassword"), false),
				s.CreateUser(ctx, p, user("srp", "SRP", "verifierofthepassword"), false),
				s.CreateClient(ctx, client, none), s.CreateJob(ctx, created, 10), s.CreateUpload(ctx, waiting, 10), s.CreateUpload(ctx, seen, 10), importOne(ctx, s, p),
				s.KeepImportMap(ctx, p.ID, []usercsv.Mapped{{Column: "columnofmap", Attribute: "attributeofmap"}}, now))
		},
	} {
		if err := do(); err != nil {
			t.Fatal(what, err)
		}
	}
	return map[string]string{
		"the hash of a password": "hashofthepassword", "the verifier of a password": "verifierofthepassword", "an imported hash": "hashfromafile",
		"an app client's secret": "secretofclient", "the signature of a job's URL": "abcdef0123", "the signature of an upload's URL": "0123abcdef",
		"a rejected row": "rejected.example", "the hash in a rejected row": "hashofarejectedrow", "the end of a rejected row": "Street of a Rejected Row",
		"a row that was not reached": "rest.example", "a header": "columnofaheader", "a corrected value": "value.example", "a corrected row": "wholerow.example",
		"what was seen of a file": "firstrow.example",
		"a column of a format":    "columnofformat", "a column that was asked for": "columnofrequest", "a column of a map": "columnofmap", "an attribute of a map": "attributeofmap",
		"the secret of an access key": string(secret), "the data key": dataKey, "the key of pre-signed URLs": urlKey, "the key of the sealer": "sealing key...!!", "the token of a session": token,
	}, []string{"zoe@mail.example", "srp@mail.example", "imported@mail.example", "AKIAOFTHECONSOLE", key.ID, "us-east-1_stolen", "import-1", "import-2"}
}

// importOne imports a user with a password hash, as a job does.
func importOne(ctx context.Context, s *Store, p *userpool.UserPool) error {
	j := &importjob.Job{PoolID: p.ID, ID: "import-3", State: importjob.Created, Created: time.Now(), Upload: importjob.Upload{Name: "x", Size: 9}}
	err := s.CreateJob(ctx, j, 10)
	if err == nil {
		_, err = s.UpdateJob(ctx, j.Key(), func(j *importjob.Job) error { return j.Start("", time.Now()) })
	}
	if err != nil {
		return err
	}
	p, err = s.Pool(ctx, p.ID) // with its number
	if err != nil {
		return err
	}
	now := time.Now()
	claimed, err := s.Claim(ctx, "n", now, now.Add(time.Minute))
	if err == nil {
		claimed, err = s.UpdateLeased(ctx, j.Key(), claimed.Lease, func(j *importjob.Job) error { j.State = importjob.InProgress; return nil })
	}
	if err != nil {
		return err
	}
	u := named(p, "imported", "imported@mail.example")
	u.Credential = userpool.Credential{Scheme: "BCRYPT", Secret: "$2b$10$hashfromafile"}
	rows := []importjob.Row{{Line: 2, End: usercsv.Position{Offset: 9, Line: 3, Rows: 1}, User: u},
		{Line: 3, End: usercsv.Position{Offset: 99, Line: 4, Rows: 2}, Text: "failing@rejected.example,$2b$10$hashofarejectedrow,Street of a Rejected Row",
			Err: &usercsv.RowError{Line: 3, Column: "email", Code: "InvalidEmail", Reason: "Invalid."}}}
	batch := importjob.Batch{Rows: func(yield func([]importjob.Row) bool) { yield(rows) }}
	done, err := s.Commit(ctx, p, j.Key(), claimed.Lease, batch, now)
	if err == nil && done.Counts != (importjob.Counts{Imported: 1, Failed: 1}) {
		err = errors.New("the user was not imported")
	}
	if err != nil {
		return err
	}
	ended, err := s.UpdateLeased(ctx, j.Key(), claimed.Lease, func(j *importjob.Job) error {
		j.State, j.Completed, j.Header = importjob.Stopped, now, `"cognito:username","custom:columnofaheader"`
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(
		s.KeepRest(ctx, ended.Key(), ended.Rest, []importjob.KeptRow{{Line: 4, Verdict: importjob.RowNotReached, Text: "unreached@rest.example,Street of a Row Not Reached"}}, ended.Checkpoint, true),
		s.SetCorrections(ctx, ended.Key(), []importjob.Correction{
			{Line: 3, Values: map[string]string{"email": "corrected@value.example"}}, {Line: 4, Text: "corrected@wholerow.example,Street of a Correction"},
		}))
}

func mustHoldNoSecret(t *testing.T, s *Store, raw func() []byte) {
	t.Helper()
	secrets, open := storedSecrets(t, s)
	all := raw()
	for _, text := range open {
		if !bytes.Contains(all, []byte(text)) {
			t.Errorf("the test does not see %q, which is no secret", text)
		}
	}
	for what, text := range secrets {
		for _, form := range []string{text, hex.EncodeToString([]byte(text)), strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "=")} {
			if bytes.Contains(bytes.ToLower(all), bytes.ToLower([]byte(form))) {
				t.Errorf("%s is in the database as %q", what, form)
			}
		}
	}
}
