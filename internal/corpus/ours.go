package main

import (
	"context"
	"errors"
	"io"
	"os"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// pool returns the user pool for the table's files. It auto-verifies email addresses, and its
// custom:note has up to 2,048 characters.
func pool() *userpool.UserPool {
	most := int64(2048)
	note := userpool.SchemaAttribute{Name: "custom:note", Type: userpool.String, Mutable: true, Bounds: &userpool.Bounds{Max: &most}}
	return &userpool.UserPool{ID: "us-east-1_corpus", Schema: append(userpool.StandardSchema(), note), AutoVerified: []string{"email"}}
}

// readOurs reads files as an import does, with the default settings.
func readOurs(ctx context.Context, paths []string) (all []answer, err error) {
	for _, path := range paths {
		a, err := importOf(path, usercsv.Import{Pool: pool()})
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, ctx.Err()
}

// importOf returns the users that an import would create from a file.
func importOf(path string, want usercsv.Import) (a answer, err error) {
	open := func(offset int64) (io.ReadCloser, error) {
		file, err := os.Open(path)
		if err == nil {
			_, err = file.Seek(offset, io.SeekStart)
		}
		return file, err
	}
	seen, err := usercsv.Survey(usercsv.OpenAt(open).Open, usercsv.Limits{}, want)
	if usercsv.FileProblems(err) != nil {
		return answer{cause: err.Error()}, nil
	}
	if err != nil {
		return a, err
	}
	text, err := seen.Format.OpenText(open, 0, usercsv.DefaultBytes)
	if err != nil {
		return a, err
	}
	defer text.Close()
	rows := seen.Format.NewReader(text, usercsv.Position{}, usercsv.Limits{})
	header, err := rows.Header()
	if err != nil {
		return a, err
	}
	decoder, err := usercsv.NewDecoder(want.Pool, seen.Format.ReadAs(header), want.Algorithm, usercsv.Limits{}, seen.Format)
	if err != nil {
		return a, err
	}
	for {
		record, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return a, err
		}
		if u, problem := decoder.Decode(record); problem == nil {
			a.users = append(a.users, attributes(u))
		} else if a.cause == "" {
			a.cause = problem.Reason
		}
	}
}

// attributes returns a user's values by column name.
func attributes(u *userpool.User) map[string]string {
	values := map[string]string{usercsv.ColumnUsername: u.Username}
	for _, a := range u.Attributes {
		values[a.Name] = a.Value
	}
	return values
}
