package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
)

// accountTables are the tables with a column account_id.
var accountTables = []string{"user_pools", "iam_users", "iam_access_keys", "iam_roles", "iam_policies", "iam_policy_versions",
	"iam_inline_policies", "iam_attachments", "iam_version", "audit_events", "audit_chains"}

// rewriteARNs are statements that rewrite the account in ARNs, in columns that hold an ARN or a text
// with one. $1 is the old account between colons, $2 the new one. Audit events keep their account:
// their hashes cover it.
var rewriteARNs = []string{
	`UPDATE import_jobs SET role_arn = replace(role_arn, $1, $2), creator = replace(creator, $1, $2), started_by = replace(started_by, $1, $2),
		stopped_by = replace(stopped_by, $1, $2), message = replace(message, $1, $2), detail = replace(detail, $1, $2), warning = replace(warning, $1, $2)`,
	"UPDATE import_uploads SET creator = replace(creator, $1, $2), message = replace(message, $1, $2)",
}

// NamedError reports policies that name the old account.
type NamedError struct {
	Account string
	Places  []string // which policies, such as "the trust policy of the role logs"
}

// Error lists the policies.
func (e *NamedError) Error() string {
	return fmt.Sprintf("policies name the account %s and would not apply to another one: %s", e.Account, strings.Join(e.Places, "; "))
}

// ErrImporting means that an import job is active, or was active when the last server ended.
var ErrImporting = errors.New("an import job is active")

// SetAccount moves everything in the database to another account, and returns the previous account.
// It is one transaction, and all servers must be stopped. It rewrites every ARN except those in
// audit events, and ends the sessions of the console. It returns a *NamedError, and changes
// nothing, while a policy names the old account. It returns ErrImporting while an import job is
// active: its file may be stored by account.
func (s *Store) SetAccount(ctx context.Context, to string) (from string, err error) {
	err = s.whileStopped(ctx, func(tx *transaction, known Remembered) error {
		if from = known.Account; from == to {
			return nil
		}
		active, err := collect(ctx, tx, scanNumber, "SELECT pool_no FROM active_imports")
		if err != nil {
			return err
		}
		if len(active) > 0 {
			return ErrImporting
		}
		places, err := policiesNaming(ctx, tx, from, to)
		if err != nil {
			return err
		}
		if len(places) > 0 {
			return &NamedError{Account: from, Places: places}
		}
		return s.moveAccount(ctx, tx, from, to)
	})
	return from, err
}

func scanNumber(row scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func (s *Store) moveAccount(ctx context.Context, tx *transaction, from, to string) error {
	if err := s.rewritePools(ctx, tx, from, to); err != nil {
		return err
	}
	if err := s.rewriteClients(ctx, tx, from, to); err != nil {
		return err
	}
	for _, statement := range rewriteARNs {
		if _, err := tx.ExecContext(ctx, statement, ":"+from+":", ":"+to+":"); err != nil {
			return err
		}
	}
	for _, table := range accountTables {
		if _, err := tx.ExecContext(ctx, "UPDATE "+table+" SET account_id = $1 WHERE account_id = $2", to, from); err != nil {
			return err
		}
	}
	for _, statement := range []string{"DELETE FROM console_sessions", "DELETE FROM nodes"} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "UPDATE account SET account_id = $1 WHERE id = 1", to)
	return err
}

// rewritePools rewrites the ARNs in the settings of user pools.
func (s *Store) rewritePools(ctx context.Context, tx *transaction, from, to string) error {
	type poolDoc struct {
		no  int64
		doc string
	}
	pools, err := collect(ctx, tx, func(row scanner) (p poolDoc, err error) {
		err = row.Scan(&p.no, &p.doc)
		return p, err
	}, "SELECT pool_no, doc FROM user_pools ORDER BY pool_no")
	if err != nil {
		return err
	}
	for _, p := range pools {
		doc, err := rewriteDocument(p.doc, from, to)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE user_pools SET doc = $1 WHERE pool_no = $2", doc, p.no); err != nil {
			return err
		}
	}
	return nil
}

// clientDoc is a stored app client. The pool is "" if it was deleted.
type clientDoc struct {
	poolNo     int64
	poolID, id string
	doc        string
	sealed     []byte
}

const selectClientDocs = `SELECT c.pool_no, coalesce((SELECT p.pool_id FROM user_pools p WHERE p.pool_no = c.pool_no), ''), c.client_id, c.doc, c.sealed
	FROM user_pool_clients c ORDER BY c.pool_no, c.client_id`

// rewriteClients rewrites the ARNs in app clients. Clients with a secret are sealed.
func (s *Store) rewriteClients(ctx context.Context, tx *transaction, from, to string) error {
	clients, err := collect(ctx, tx, func(row scanner) (c clientDoc, err error) {
		err = row.Scan(&c.poolNo, &c.poolID, &c.id, &c.doc, &c.sealed)
		return c, err
	}, selectClientDocs)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if c.poolID == "" {
			continue
		}
		doc, sealed := c.doc, any(nil)
		if c.sealed != nil {
			if doc, err = unseal(s.vault.clients, c.poolID, c.id, c.sealed, "app client"); err != nil {
				return err
			}
		}
		if doc, err = rewriteDocument(doc, from, to); err != nil {
			return err
		}
		if c.sealed != nil {
			if sealed, err = seal(s.vault.clients, c.poolID, c.id, doc); err != nil {
				return err
			}
			doc = ""
		}
		if _, err := tx.ExecContext(ctx, "UPDATE user_pool_clients SET doc = $1, sealed = $2 WHERE pool_no = $3 AND client_id = $4", doc, sealed, c.poolNo, c.id); err != nil {
			return err
		}
	}
	return nil
}

// rewriteDocument rewrites the ARNs in a JSON document. Tags are free text and stay.
func rewriteDocument(doc, from, to string) (string, error) {
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return "", fmt.Errorf("the stored settings are not valid JSON: %w", err)
	}
	for name, value := range members {
		if name != "tags" {
			members[name] = rewriteValue(value, from, to)
		}
	}
	text, err := json.Marshal(members)
	return string(text), err
}

func rewriteValue(value any, from, to string) any {
	switch value := value.(type) {
	case string:
		return awsarn.WithAccount(value, from, to)
	case []any:
		for i := range value {
			value[i] = rewriteValue(value[i], from, to)
		}
	case map[string]any:
		for name := range value {
			value[name] = rewriteValue(value[name], from, to)
		}
	}
	return value
}

// policyTexts are queries of the name and text of every policy. They include the versions of
// managed policies that are not the default, because each can become the default.
var policyTexts = []string{
	"SELECT 'the trust policy of the role ' || name, trust FROM iam_roles ORDER BY name",
	"SELECT 'the managed policy ' || name, document FROM iam_policies ORDER BY name",
	`SELECT 'the version v' || v.version || ' of the managed policy ' || p.name, v.document FROM iam_policy_versions v
		CROSS JOIN iam_policies p WHERE p.account_id = v.account_id AND p.policy_id = v.policy_id ORDER BY p.name, v.version`,
	`SELECT 'the inline policy ' || i.name || ' of the user ' || u.name, i.document FROM iam_inline_policies i
		CROSS JOIN iam_users u WHERE u.account_id = i.account_id AND u.user_id = i.owner_id ORDER BY u.name, i.name`,
	`SELECT 'the inline policy ' || i.name || ' of the role ' || r.name, i.document FROM iam_inline_policies i
		CROSS JOIN iam_roles r WHERE r.account_id = i.account_id AND r.role_id = i.owner_id ORDER BY r.name, i.name`,
}

// policiesNaming returns the policies that name an account.
func policiesNaming(ctx context.Context, tx *transaction, from, to string) (places []string, err error) {
	for _, query := range policyTexts {
		found, err := collect(ctx, tx, func(row scanner) (place string, err error) {
			var text string
			if err = row.Scan(&place, &text); err == nil && !iam.NamesAccount(text, from, to) {
				place = ""
			}
			return place, err
		}, query)
		if err != nil {
			return nil, err
		}
		for _, place := range found {
			if place != "" {
				places = append(places, place)
			}
		}
	}
	return places, nil
}
