package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

const (
	jobRows  = 40  // rows in the file of each job
	maxPools = 150 // pools of one writer: a server has at most 1,000
)

// writer is one client with the data that it alone writes.
type writer struct {
	w    *writing
	id   int
	r    *rand.Rand
	sdk  *cognito.Client
	http *http.Client

	people  map[string]*person
	names   []string // of people, in the order of creation
	pools   []*madePool
	jobs    []*madeJob
	history []string

	checkedPools, checkedJobs int // numbers that were checked already
	tally                     tally
}

// person is a user in the shared pool.
type person struct {
	versions []version // possible versions: several after a call that was not answered
	last     int       // the latest version
	touched  bool      // written since the last check
}

// now returns the user's version after a check.
func (p *person) now() version { return p.versions[0] }

// madePool is a pool of one writer.
type madePool struct {
	name, id string // the ID is empty if the call was not answered
}

// madeJob is an import job in a pool of its own.
type madeJob struct {
	pool, name, id, url string
	stage               stage
	asked               bool // the next stage was requested and not answered
}

type stage int

const (
	unborn stage = iota
	created
	uploaded
	started
)

func newWriter(w *writing, id int) *writer {
	return &writer{w: w, id: id, r: rand.New(rand.NewPCG(w.r.Uint64(), uint64(id))), people: map[string]*person{}}
}

// connect makes new connections and an SDK without retries: an automatic retry of a write
// could be refused because of the first try. Reads use [node.client].
func (c *writer) connect() {
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
	c.http = &http.Client{Transport: &http.Transport{}}
	n := c.w.twin()
	n.sdkURL, n.sdk = n.url, nil
	o := n.client().Options()
	o.HTTPClient, o.Retryer = c.http, aws.NopRetryer{}
	c.sdk = cognito.New(o)
}

func (c *writer) writeUntilBroken() {
	for c.write() {
	}
}

// write makes one call and reports whether it was answered.
func (c *writer) write() bool {
	switch n := c.r.IntN(100); {
	case n < 25 || len(c.names) == 0:
		return c.createUser()
	case n < 60:
		return c.updateUser()
	case n < 72:
		return c.deleteUser()
	case n < 76:
		return c.createPool()
	}
	return c.carryJobOn()
}

// note records a call and reports whether it was answered. No call may be refused.
func (c *writer) note(call string, err error) bool {
	answer := "answered"
	if err != nil {
		answer = err.Error()
	}
	c.history = append(c.history, call+": "+answer)
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		c.w.t.Errorf("%s was refused: %v; its history:%s", call, refusal, c.told())
	}
	if err == nil {
		c.tally.Answered++
	}
	return err == nil
}

// told returns the end of the history.
func (c *writer) told() string {
	return "\n" + strings.Join(c.history[max(0, len(c.history)-15):], "\n")
}

// wrote records the version that a call wrote.
func (p *person) wrote(wanted version, answered bool) bool {
	p.touched = true
	if answered {
		p.versions = []version{wanted}
	} else {
		p.versions = append(p.versions, wanted)
	}
	return answered
}

func attributes(user string, v version) []types.AttributeType {
	return []types.AttributeType{
		{Name: aws.String("name"), Value: aws.String(v.name())},
		{Name: aws.String("email"), Value: aws.String(v.email(user))},
		{Name: aws.String("email_verified"), Value: aws.String("true")},
	}
}

func (c *writer) createUser() bool {
	name := fmt.Sprintf("c%du%d", c.id, len(c.names))
	p := &person{versions: []version{{}}}
	c.people[name], c.names = p, append(c.names, name)
	v := version{there: true}
	_, err := c.sdk.AdminCreateUser(c.w.t.Context(), &cognito.AdminCreateUserInput{UserPoolId: &c.w.pool, Username: &name,
		UserAttributes: attributes(name, v), MessageAction: types.MessageActionTypeSuppress})
	return p.wrote(v, c.note("AdminCreateUser "+name, err))
}

// someone returns an existing user, or false.
func (c *writer) someone() (string, *person, bool) {
	name := c.names[c.r.IntN(len(c.names))]
	p := c.people[name]
	return name, p, p.now().there
}

func (c *writer) updateUser() bool {
	name, p, ok := c.someone()
	if !ok {
		return true
	}
	p.last++
	v := version{there: true, n: p.last}
	_, err := c.sdk.AdminUpdateUserAttributes(c.w.t.Context(), &cognito.AdminUpdateUserAttributesInput{UserPoolId: &c.w.pool, Username: &name,
		UserAttributes: attributes(name, v)})
	return p.wrote(v, c.note(fmt.Sprintf("AdminUpdateUserAttributes %s to %s", name, v.name()), err))
}

func (c *writer) deleteUser() bool {
	name, p, ok := c.someone()
	if !ok {
		return true
	}
	_, err := c.sdk.AdminDeleteUser(c.w.t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: &c.w.pool, Username: &name})
	return p.wrote(version{n: p.last}, c.note("AdminDeleteUser "+name, err))
}

func (c *writer) createPool() bool {
	if len(c.pools) == maxPools {
		return c.createUser()
	}
	p := &madePool{name: fmt.Sprintf("c%dp%d", c.id, len(c.pools))}
	c.pools = append(c.pools, p)
	made, err := c.sdk.CreateUserPool(c.w.t.Context(), &cognito.CreateUserPoolInput{PoolName: &p.name,
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}})
	if err == nil {
		p.id = *made.UserPool.Id
	}
	return c.note("CreateUserPool "+p.name, err)
}
