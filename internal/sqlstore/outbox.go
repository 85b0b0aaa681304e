package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/iam"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// Outbox is the store of messages to users. See [outbox.Store]. What adds messages is a part of
// other transactions: addMessage.
type Outbox struct {
	*database
	users *Users
}

const (
	insertMessage = "INSERT INTO outbox_messages (pool_no, message_id, user_no, at_ms, message) VALUES ($1, $2, $3, $4, $5)"
	// trimMessages deletes what is older than so many of a pool.
	trimMessages = `DELETE FROM outbox_messages WHERE pool_no = $1 AND message_id <=
		(SELECT message_id FROM outbox_messages WHERE pool_no = $2 ORDER BY pool_no, message_id DESC LIMIT 1 OFFSET $3)`
	// Those of one user are looked for among the pool's, which are outbox.Most at most: they need no index.
	deleteMessages = "DELETE FROM outbox_messages WHERE pool_no = $1 AND user_no = $2"
	selectMessages = "SELECT message_id, message FROM outbox_messages WHERE pool_no = " + livePool + " AND message_id < $2"
	newestMessages = " ORDER BY pool_no DESC, message_id DESC LIMIT "

	selectAllMessages    = selectMessages + newestMessages + "$3"
	selectMessagesOfUser = selectMessages + " AND user_no = $3" + newestMessages + "$4"

	expireMessages = `DELETE FROM outbox_messages WHERE (pool_no, message_id) IN
		(SELECT pool_no, message_id FROM outbox_messages WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)`
)

// afterMessages is an id that comes after those of all messages: they are UUIDs of version 7 in lower case.
const afterMessages = "g"

// addMessage is the part of a transaction that adds a message to a user, whose row the
// transaction has written or locked, and deletes those that are too many. Messages come after all else
// that a transaction writes: they are rows that other transactions may delete as well, and a
// transaction that waits for them waits for nothing after that.
func (d *database) addMessage(ctx context.Context, tx *transaction, p *userpool.UserPool, userNo int64, m *outbox.Message) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sealed, err := seal(d.vault.ofUsers(p.Number, iam.Messages), p.ID, id.String(), string(text))
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertMessage, p.Number, id.String(), userNo, millis(m.At), sealed); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, trimMessages, p.Number, p.Number, outbox.Most)
	return err
}

// addMessages is addMessage for several.
func (d *database) addMessages(ctx context.Context, tx *transaction, p *userpool.UserPool, userNo int64, messages []*outbox.Message) error {
	for _, m := range messages {
		if err := d.addMessage(ctx, tx, p, userNo, m); err != nil {
			return err
		}
	}
	return nil
}

// Messages returns messages of a pool, or of one of its users, the newest first.
func (s *Outbox) Messages(ctx context.Context, p *userpool.UserPool, sub, before string, limit int) ([]outbox.Message, error) {
	if limit < 1 {
		return nil, fmt.Errorf("sqlstore: a page of %d messages", limit)
	}
	if before == "" {
		before = afterMessages
	}
	box := s.vault.ofUsers(p.Number, iam.Messages)
	scan := func(row scanner) (m outbox.Message, err error) {
		var id string
		var sealed []byte
		if err := row.Scan(&id, &sealed); err != nil {
			return m, err
		}
		text, err := unseal(box, p.ID, id, sealed, "message")
		if err != nil {
			return m, err
		}
		if json.Unmarshal([]byte(text), &m) != nil { // not its error, which may quote the message
			return m, fmt.Errorf("the message %s of user pool %s is no JSON of one", id, p.ID)
		}
		m.ID, m.PoolID = id, p.ID
		return m, nil
	}
	return look(ctx, s.database, func(q querier) ([]outbox.Message, error) {
		if sub == "" {
			return collect(ctx, q, scan, selectAllMessages, p.Number, before, limit)
		}
		no, err := s.userNo(ctx, q, p, sub)
		if err != nil {
			return nil, err
		}
		return collect(ctx, q, scan, selectMessagesOfUser, p.Number, before, no, limit)
	})
}

// userNo returns the number of the user that has a sub.
func (s *Outbox) userNo(ctx context.Context, q querier, p *userpool.UserPool, text string) (int64, error) {
	sub, ok := userrow.ParseSub(text)
	if !ok {
		return 0, noUser()
	}
	u, _, err := withSchema(ctx, s.users.pools, q, p, func(p *userpool.UserPool) (storedUser, error) { return s.users.tables.bySub(ctx, q, p, sub) })
	if errors.Is(err, sql.ErrNoRows) {
		err = noUser()
	}
	return u.no, err
}

// ExpireMessages deletes the messages from before a moment, some at a time.
func (s *Outbox) ExpireMessages(ctx context.Context, before time.Time) error {
	return s.expireRows(ctx, expireMessages, before)
}
