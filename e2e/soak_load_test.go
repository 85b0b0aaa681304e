package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// load is one client that does everything, in rounds.
type load struct {
	*node
	file  string
	r     *rand.Rand
	http  *http.Client
	calls int
}

// newLoad returns a client with its own connections.
func newLoad(n *node, file string, id uint64) *load {
	l := &load{node: n, file: file, r: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), id)), http: &http.Client{Transport: &http.Transport{}}}
	o := n.client().Options()
	o.HTTPClient = l.http
	n.sdk = cognito.New(o)
	return l
}

func (l *load) must(err error) {
	l.t.Helper()
	l.calls++
	if err != nil {
		l.t.Error(err)
	}
}

// turn imports a file into a new pool, reads meanwhile, stops the import or lets it end if
// there is time for that, and deletes the pool.
func (l *load) turn(deadline time.Time) {
	pool, job := l.begin(l.file)
	stop := l.r.IntN(3) == 0
	for turn := 0; ; turn++ {
		d := l.describe(pool, job)
		l.read(pool)
		if d.CompletionDate != nil {
			break
		}
		if stop && turn > l.r.IntN(10) || time.Now().After(deadline) {
			_, err := l.client().StopUserImportJob(l.t.Context(), &cognito.StopUserImportJobInput{UserPoolId: &pool, JobId: &job})
			if !as[*types.PreconditionNotMetException](err) { // it may have ended meanwhile
				l.must(err)
			}
		}
	}
	_, err := l.client().DeleteUserPool(l.t.Context(), &cognito.DeleteUserPoolInput{UserPoolId: &pool})
	l.must(err)
}

// read reads users in each possible way, writes one, and breaks a call off.
func (l *load) read(pool string) {
	c, ctx := l.client(), l.t.Context()
	for _, filter := range []string{"", `email ^= "user0001"`, `name = "User 17"`, `status = "Enabled"`, `username = "user000010"`} {
		in := &cognito.ListUsersInput{UserPoolId: &pool, Limit: aws.Int32(int32(1 + l.r.IntN(60)))}
		if filter != "" {
			in.Filter = &filter
		}
		_, err := c.ListUsers(ctx, in)
		l.must(err)
	}
	name := fmt.Sprint("someone", l.r.IntN(1000))
	_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: &name, MessageAction: types.MessageActionTypeSuppress})
	if !as[*types.UsernameExistsException](err) {
		l.must(err)
	}
	_, err = c.ListUserImportJobs(ctx, &cognito.ListUserImportJobsInput{UserPoolId: &pool, MaxResults: aws.Int32(5)})
	l.must(err)
	l.breakOff(pool)
}

// breakOff makes a call and does not wait for the answer.
func (l *load) breakOff(pool string) {
	ctx, cancel := context.WithTimeout(l.t.Context(), time.Duration(l.r.IntN(2000))*time.Microsecond)
	defer cancel()
	_, _ = l.client().ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: &pool, Filter: aws.String(`email ^= "user"`)}) // its result does not matter
	l.calls++
}
