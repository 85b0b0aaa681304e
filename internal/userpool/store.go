package userpool

import (
	"context"
	"time"
)

// Store keeps user pools, app clients and users. Every method is one
// transaction. Pools, clients and users that are not there are answered with
// ResourceNotFound and UserNotFound errors in Cognito's words.
//
// Updates are functions: the store reads, calls the function, and writes what
// it left, with nothing in between: what the function is given of other things,
// such as a client's pool, does not change meanwhile either. An error of the
// function is returned as it is and nothing is changed. The function may run
// more than once, and must not change what it is given of other things.
type Store interface {
	PoolStore
	ClientStore
	UserStore
}

// PoolStore keeps user pools.
type PoolStore interface {
	// CreatePool adds a pool. It returns LimitExceeded when its region has limit
	// pools already, and InvalidParameter when one of them has its id.
	CreatePool(ctx context.Context, p *UserPool, limit int) error
	Pool(ctx context.Context, id string) (*UserPool, error)
	// UpdatePool changes a pool; importing tells the function whether an
	// import job is active in it.
	UpdatePool(ctx context.Context, id string, update func(p *UserPool, importing bool) error) (*UserPool, error)
	// DeletePool removes the pool with its users, clients and import jobs,
	// unless allow returns an error. Nothing finds them any more, and the pool's
	// id may be given again; what is left of them may be deleted later.
	DeletePool(ctx context.Context, id string, allow func(p *UserPool, importing bool) error) error
	// ListPools returns up to limit pools of a region after the one with the id
	// after, in the order of their ids.
	ListPools(ctx context.Context, region, after string, limit int) ([]*UserPool, error)
}

// ClientStore keeps app clients.
type ClientStore interface {
	// CreateClient adds a client, after complete has checked it against its
	// pool and set what depends on that. It returns LimitExceeded when the pool
	// has [MaxClients], and InvalidParameter when a client of any pool has its
	// id.
	CreateClient(ctx context.Context, c *Client, complete func(*UserPool, *Client) error) error
	Client(ctx context.Context, poolID, id string) (*Client, error)
	// UpdateClient changes a client of the pool that it gives the function.
	UpdateClient(ctx context.Context, poolID, id string, update func(*UserPool, *Client) error) (*Client, error)
	DeleteClient(ctx context.Context, poolID, id string) error
	// ListClients returns up to limit clients after the one with the id
	// after, in the order of their ids.
	ListClients(ctx context.Context, poolID, after string, limit int) ([]*Client, error)
}

// UserStore keeps users. Users are found by a name: their username, one of
// their aliases, or their sub. The pool is one that was read before: what a user
// depends on, but for attributes that are added, is fixed when a pool is made. A
// method that writes returns ResourceNotFound if that pool is gone, even if
// there is another of the same id.
type UserStore interface {
	// CreateUser adds a user and its aliases. It returns UsernameExists when
	// the username is taken, or when an alias that is what the user is called
	// is; AliasExists when another alias is. With takeAliases the aliases are
	// taken from whoever has them instead: that user keeps the attribute, and
	// loses its "_verified" mark.
	CreateUser(ctx context.Context, p *UserPool, u *User, takeAliases bool) error
	User(ctx context.Context, p *UserPool, name string) (*User, error)
	// UserIn is Pool and User in one act.
	UserIn(ctx context.Context, poolID, name string) (*UserPool, *User, error)
	// UpdateUser changes a user; its aliases follow. It returns AliasExists
	// when a new alias is taken. PoolID, Username and Sub must stay.
	UpdateUser(ctx context.Context, p *UserPool, name string, update func(*User) error) (*User, error)
	DeleteUser(ctx context.Context, p *UserPool, name string) error
	// ListUsers returns the users that match, at most q.Limit, and the token
	// that continues after them, "" when there are no more.
	ListUsers(ctx context.Context, p *UserPool, q UserQuery) (users []*User, next string, err error)
	// CountUsers returns how many users the pool has, in the order of the days on
	// which they came.
	CountUsers(ctx context.Context, p *UserPool) ([]UserCount, error)
}

// UserQuery asks for a page of users.
type UserQuery struct {
	Filter Filter
	After  string // where the last page ended; "" for the first page. InvalidParameter if it is no such place.
	Limit  int
}

// UserCount is how many users came on the same day, have the same status now, and
// are enabled or not. There is none of no users.
type UserCount struct {
	Day     time.Time // its beginning, in UTC
	Status  UserStatus
	Enabled bool
	Users   int64
}
