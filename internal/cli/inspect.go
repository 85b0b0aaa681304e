package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// maxInspected bounds the input of inspect, in bytes.
const maxInspected = 16 << 20

func newInspect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Decode what a database stores in a compact form",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newInspectRow())
	return cmd
}

func newInspectRow() *cobra.Command {
	var pool string
	cmd := &cobra.Command{
		Use:   "row",
		Short: "Decode a table row of users",
		Long: "Decode a table row of users, which has attributes, status and sub as bytes and numbers. Standard input is one JSON\n" +
			"object with some of the columns attributes, status, sub and credential, and on PostgreSQL those that end in _key.\n" +
			"Bytes are hexadecimal digits. A credential is encrypted.\n\n" +
			"  psql: SELECT row_to_json(u) FROM users u WHERE ...\n" +
			"  sqlite3: SELECT json_object('attributes', hex(attributes), 'status', status, 'sub', hex(sub)) FROM users WHERE ...\n\n" +
			"The names of custom attributes are in the pool's settings, which --pool names: the column doc of user_pools.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inspectRow(cmd.InOrStdin(), cmd.OutOrStdout(), pool)
		},
	}
	cmd.Flags().StringVar(&pool, "pool", "", "`file` with the settings of the user's pool")
	return cmd
}

// storedRow is a row as a database prints it. Columns that are not here are ignored.
type storedRow struct {
	Attributes, Credential, Sub *string
	Status                      *int
	Email                       string `json:"email_key"`
	PhoneNumber                 string `json:"phone_number_key"`
	Name                        string `json:"name_key"`
	GivenName                   string `json:"given_name_key"`
	FamilyName                  string `json:"family_name_key"`
	PreferredUsername           string `json:"preferred_username_key"`
}

// columns returns the columns whose values may replace attributes.
func (r *storedRow) columns() *userrow.Columns {
	var all userrow.Columns
	for name, value := range map[string]string{"email": r.Email, "phone_number": r.PhoneNumber, "name": r.Name,
		"given_name": r.GivenName, "family_name": r.FamilyName, "preferred_username": r.PreferredUsername} {
		if number, ok := (userpool.SchemaAttribute{Name: name}).StoredNumber(); ok {
			all[number] = value
		}
	}
	return &all
}

func inspectRow(in io.Reader, out io.Writer, pool string) error {
	schema, err := schemaOf(pool)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(in, maxInspected+1))
	if err != nil {
		return err
	}
	if len(text) > maxInspected {
		return fmt.Errorf("the row has more than %d bytes", maxInspected)
	}
	var row storedRow
	if err := json.Unmarshal(text, &row); err != nil {
		return fmt.Errorf("standard input must be one object of JSON, a row of the table users: %w", err)
	}
	lines, err := row.show(schema)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, lines)
	return err
}

// schemaOf returns the schema of the pool whose settings are in a file, or the standard
// schema if no file is named.
func schemaOf(path string) (userpool.Schema, error) {
	if path == "" {
		return userpool.StandardSchema(), nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := userpool.ReadPool("in "+path, string(text))
	if err != nil {
		return nil, err
	}
	return p.Schema, nil
}

// show returns a line for each value of the row.
func (r *storedRow) show(schema userpool.Schema) (string, error) {
	var lines strings.Builder
	for _, part := range []func(*strings.Builder) error{r.showSub, r.showStatus, r.showCredential,
		func(lines *strings.Builder) error { return r.showAttributes(lines, schema) }} {
		if err := part(&lines); err != nil {
			return "", err
		}
	}
	if lines.Len() == 0 {
		return "", errors.New("the row has none of the columns attributes, status, sub and credential")
	}
	return lines.String(), nil
}

func (r *storedRow) showSub(lines *strings.Builder) error {
	if r.Sub == nil {
		return nil
	}
	data, err := digits("sub", strings.ReplaceAll(*r.Sub, "-", ""))
	if err != nil {
		return err
	}
	var sub userrow.Sub
	if len(data) != len(sub) {
		return fmt.Errorf("the column sub has %d bytes, and a sub has %d", len(data), len(sub))
	}
	copy(sub[:], data)
	say(lines, "sub: %s\n", sub)
	return nil
}

func (r *storedRow) showStatus(lines *strings.Builder) error {
	if r.Status == nil {
		return nil
	}
	status, err := userrow.Status(*r.Status)
	if err == nil {
		say(lines, "status: %s\n", status)
	}
	return err
}

// sealedCredential is the first byte of an encrypted credential. The key is not in the
// database.
const sealedCredential = 6

func (r *storedRow) showCredential(lines *strings.Builder) error {
	if r.Credential == nil {
		return nil
	}
	data, err := digits("credential", *r.Credential)
	if err != nil {
		return err
	}
	if len(data) == 0 || data[0] != sealedCredential {
		return errors.New("the stored credential is not encrypted in a way that this program knows; it was written by a newer program, or is damaged")
	}
	say(lines, "credential: %d bytes, encrypted\n", len(data))
	return nil
}

func (r *storedRow) showAttributes(lines *strings.Builder, schema userpool.Schema) error {
	if r.Attributes == nil {
		return nil
	}
	data, err := digits("attributes", *r.Attributes)
	if err != nil {
		return err
	}
	attributes, err := userrow.NewNames(schema).Attributes(data, r.columns())
	if number, ok := errors.AsType[userrow.UnknownNumber](err); ok {
		return fmt.Errorf("the row has attribute %d, which the schema does not have; name the present settings of its pool with --pool", uint64(number))
	}
	for _, a := range attributes {
		say(lines, "%s: %s\n", a.Name, strconv.Quote(a.Value))
	}
	return err
}

// digits parses hexadecimal digits, which may begin with \x.
func digits(column, text string) ([]byte, error) {
	data, err := hex.DecodeString(strings.TrimPrefix(text, `\x`))
	if err != nil {
		return nil, fmt.Errorf("the column %s must be hexadecimal digits", column)
	}
	return data, nil
}
