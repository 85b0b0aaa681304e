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

// Outbox is the store of messages to users. See [outbox.Store]. Other transactions add messages by
// addMessage.
type Outbox struct {
	*database
	users *Users
}

const (
	insertMessage = "INSERT INTO outbox_messages (pool_no, message_id, user_no, at_ms, message) VALUES ($1, $2, $3, $4, $5)"
	// trimMessages keeps the newest messages of a pool and deletes the rest.
	trimMessages = `DELETE FROM outbox_messages WHERE pool_no = $1 AND message_id <=
		(SELECT message_id FROM outbox_messages WHERE pool_no = $2 ORDER BY pool_no, message_id DESC LIMIT 1 OFFSET $3)`
	// A user's messages are searched among the pool's, at most outbox.Most; so they need no index.
	deleteMessages = "DELETE FROM outbox_messages WHERE pool_no = $1 AND user_no = $2"
	selectMessages = "SELECT message_id, message FROM outbox_messages WHERE pool_no = " + livePool + " AND message_id < $2"
	newestMessages = " ORDER BY pool_no DESC, message_id DESC LIMIT "

	selectAllMessages    = selectMessages + newestMessages + "$3"
	selectMessagesOfUser = selectMessages + " AND user_no = $3" + newestMessages + "$4"

	expireMessages = `DELETE FROM outbox_messages WHERE (pool_no, message_id) IN
		(SELECT pool_no, message_id FROM outbox_messages WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)`
)

// afterMessages sorts after the ids of all messages, which are lower-case UUIDs of version 7.
const afterMessages = "g"

// addMessage adds a message to a user and trims the pool's messages. It is a part of a transaction
// that has written or locked the user's row. It must come after all other writes: other
// transactions may delete the same messages, and a transaction that waits for these rows must not
// wait for anything after them.
func (d *database) addMessage(ctx context.Context, tx *transaction, p *userpool.UserPool, userNo int64, m *outbox.Message) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sealed, err := seal(d.vault.userBox(p.Number, iam.Messages), p.ID, id.String(), string(text))
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertMessage, p.Number, id.String(), userNo, millis(m.At), sealed); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, trimMessages, p.Number, p.Number, outbox.MaxMessages)
	return err
}

// addMessages adds several messages.
func (d *database) addMessages(ctx context.Context, tx *transaction, p *userpool.UserPool, userNo int64, messages []*outbox.Message) error {
	for _, m := range messages {
		if err := d.addMessage(ctx, tx, p, userNo, m); err != nil {
			return err
		}
	}
	return nil
}

// Messages returns messages of a pool or of one of its users, newest first.
func (s *Outbox) Messages(ctx context.Context, p *userpool.UserPool, sub, before string, limit int) ([]outbox.Message, error) {
	if limit < 1 {
		return nil, fmt.Errorf("sqlstore: a page of %d messages", limit)
	}
	if before == "" {
		before = afterMessages
	}
	box := s.vault.userBox(p.Number, iam.Messages)
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
		if json.Unmarshal([]byte(text), &m) != nil { // drop the error, which may quote the message
			return m, fmt.Errorf("message %s of user pool %s is not valid JSON", id, p.ID)
		}
		m.ID, m.PoolID = id, p.ID
		return m, nil
	}
	return retryRead(ctx, s.database, func(q querier) ([]outbox.Message, error) {
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

// userNo returns the number of the user with a sub.
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

// ExpireMessages deletes the messages from before a time, some at a time.
func (s *Outbox) ExpireMessages(ctx context.Context, before time.Time) error {
	return s.expireRows(ctx, expireMessages, before)
}
