package userpool

import (
	"context"
	"time"
)

// Store keeps user pools, app clients and users. Every method is one transaction. Missing
// pools, clients and users cause ResourceNotFound and UserNotFound errors in Cognito's
// words.
//
// Updates are functions. In one transaction, the store reads, calls the function and
// writes the result. Other things that the function receives, such as a client's pool, do
// not change meanwhile either. An error of the function is returned unchanged, and
// nothing is written. The function may run more than once, and it must not change other
// things that it receives.
type Store interface {
	PoolStore
	ClientStore
	UserStore
}

// PoolStore keeps user pools.
type PoolStore interface {
	// CreatePool adds a pool. It returns LimitExceeded if its region already has limit
	// pools, and InvalidParameter if a pool has its id.
	CreatePool(ctx context.Context, p *UserPool, limit int) error
	Pool(ctx context.Context, id string) (*UserPool, error)
	// UpdatePool changes a pool. importing says whether an import job is active in it.
	UpdatePool(ctx context.Context, id string, update func(p *UserPool, importing bool) error) (*UserPool, error)
	// DeletePool deletes the pool with its users, clients and import jobs, unless allow
	// returns an error. They can no longer be found, and a new pool may get the same id.
	// The remaining data may be deleted later.
	DeletePool(ctx context.Context, id string, allow func(p *UserPool, importing bool) error) error
	// ListPools returns up to limit pools of a region, in the order of their ids, from
	// the one after the id after.
	ListPools(ctx context.Context, region, after string, limit int) ([]*UserPool, error)
}

// ClientStore keeps app clients.
type ClientStore interface {
	// CreateClient adds a client. Before, complete checks it against its pool and sets
	// what depends on the pool. It returns LimitExceeded if the pool has [MaxClients],
	// and InvalidParameter if a client of any pool has its id.
	CreateClient(ctx context.Context, c *Client, complete func(*UserPool, *Client) error) error
	Client(ctx context.Context, poolID, id string) (*Client, error)
	// UpdateClient changes a client. The function also receives its pool.
	UpdateClient(ctx context.Context, poolID, id string, update func(*UserPool, *Client) error) (*Client, error)
	DeleteClient(ctx context.Context, poolID, id string) error
	// ListClients returns up to limit clients, in the order of their ids, from the one
	// after the id after.
	ListClients(ctx context.Context, poolID, after string, limit int) ([]*Client, error)
}

// UserStore keeps users. A user is found by a name: the username, an alias, or the sub.
// The pool p was read before. That is safe, because what users depend on is fixed when a
// pool is created, except for added attributes. A method that writes returns
// ResourceNotFound if that pool is deleted, even if another one has the same id.
type UserStore interface {
	// CreateUser adds a user and its aliases. It returns UsernameExists if the username
	// is taken, or an alias that takes the place of the username. It returns AliasExists
	// if any other alias is taken. With takeAliases, it instead takes the aliases from
	// the users that have them. Such a user keeps the attribute and loses its "_verified"
	// mark.
	CreateUser(ctx context.Context, p *UserPool, u *User, takeAliases bool) error
	User(ctx context.Context, p *UserPool, name string) (*User, error)
	// UserIn returns the pool and the user in one transaction.
	UserIn(ctx context.Context, poolID, name string) (*UserPool, *User, error)
	// UpdateUser changes a user and its aliases. It returns AliasExists if a new alias is
	// taken. PoolID, Username and Sub must not change.
	UpdateUser(ctx context.Context, p *UserPool, name string, update func(*User) error) (*User, error)
	DeleteUser(ctx context.Context, p *UserPool, name string) error
	// ListUsers returns at most q.Limit users that match, and the token for the next
	// page, "" after the last one.
	ListUsers(ctx context.Context, p *UserPool, q UserQuery) (users []*User, next string, err error)
	// CountUsers returns how many users the pool has, in the order of the days on which
	// they were created.
	CountUsers(ctx context.Context, p *UserPool) ([]UserCount, error)
}

// UserQuery asks for a page of users.
type UserQuery struct {
	Filter Filter
	After  string // where the last page ended; "" for the first page. InvalidParameter if it is no such place.
	Limit  int
}

// UserCount is the number of users that were created on the same day, have the same
// status now, and are all enabled or all disabled. It is never zero.
type UserCount struct {
	Day     time.Time // its beginning, in UTC
	Status  UserStatus
	Enabled bool
	Users   int64
}
