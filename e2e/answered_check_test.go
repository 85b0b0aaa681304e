package e2e

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// check compares what the server has with what the writer wrote since the last check, or
// ever.
func (c *writer) check(all bool) {
	c.w.t.Helper()
	if all {
		c.checkedPools, c.checkedJobs = 0, 0
	}
	for _, name := range c.names {
		if p := c.people[name]; p.touched || all {
			c.checkUser(name, p)
		}
	}
	c.checkPools()
	c.checkJobs()
	c.checkedPools, c.checkedJobs = len(c.pools), max(0, len(c.jobs)-1) // the last job still changes
}

// checkUser fails the test unless a user is one of its possible versions in all its parts,
// and notes which.
func (c *writer) checkUser(name string, p *person) {
	c.w.t.Helper()
	is := c.find(name, p)
	if !slices.Contains(p.versions, is) {
		c.w.t.Errorf("user %s is %+v, and may be %+v; the writer's history:%s", name, is, p.versions, c.told())
	}
	c.countCall(len(p.versions) > 1, is != p.versions[0])
	for n := max(0, p.last-1); n <= p.last; n++ {
		c.checkAlias(name, version{there: true, n: n}, is)
	}
	p.versions, p.touched = []version{is}, false
}

// find looks a user up by name and reads its version from its attributes, which must agree.
func (c *writer) find(name string, p *person) version {
	c.w.t.Helper()
	u, err := c.w.client().AdminGetUser(c.w.t.Context(), &cognito.AdminGetUserInput{UserPoolId: &c.w.pool, Username: &name})
	if as[*types.UserNotFoundException](err) {
		return version{n: p.last}.absent(p)
	}
	if err != nil {
		c.w.t.Fatal(err)
	}
	got := map[string]string{}
	for _, a := range u.UserAttributes {
		got[*a.Name] = aws.ToString(a.Value)
	}
	for n := range p.last + 1 {
		if v := (version{there: true, n: n}); got["name"] == v.name() && got["email"] == v.email(name) && got["email_verified"] == "true" {
			return v
		}
	}
	c.w.t.Errorf("user %s is of no version: %v", name, got)
	return version{}
}

// absent returns the other possible version, which the user is not.
func (v version) absent(p *person) version {
	for _, may := range p.versions {
		if !may.there {
			return may
		}
	}
	return version{n: v.n}
}

// checkAlias: the address of a version must lead to the user exactly if the user has that
// version, by lookup and by filter.
func (c *writer) checkAlias(name string, v, is version) {
	c.w.t.Helper()
	email := v.email(name)
	u, err := c.w.client().AdminGetUser(c.w.t.Context(), &cognito.AdminGetUserInput{UserPoolId: &c.w.pool, Username: &email})
	if err != nil && !as[*types.UserNotFoundException](err) {
		c.w.t.Fatal(err)
	}
	if named := err == nil && *u.Username == name; named != (v == is) || err == nil && !named {
		c.w.t.Errorf("user %s is %+v, and %s names: %v", name, is, email, err == nil)
	}
	found, err := c.w.client().ListUsers(c.w.t.Context(), &cognito.ListUsersInput{UserPoolId: &c.w.pool, Filter: aws.String(fmt.Sprintf("email = %q", email))})
	if err != nil {
		c.w.t.Fatal(err)
	}
	if n := len(found.Users); (n == 1) != (v == is) || n > 1 {
		c.w.t.Errorf("user %s is %+v, and %d users have the address %s", name, is, n, email)
	}
}

// checkPools: every pool whose creation was answered must exist. It finds out whether the
// others exist.
func (c *writer) checkPools() {
	c.w.t.Helper()
	var listed map[string]string
	for i, p := range c.pools[c.checkedPools:] {
		if p.id != "" {
			c.describePool(p)
			continue
		}
		if listed == nil {
			listed = c.listPools()
		}
		c.countCall(true, listed[p.name] != "")
		if p.id = listed[p.name]; p.id == "" {
			c.pools = c.pools[:c.checkedPools+i] // the last pool: its name is free
			return
		}
		c.describePool(p)
	}
}

func (c *writer) describePool(p *madePool) {
	c.w.t.Helper()
	out, err := c.w.client().DescribeUserPool(c.w.t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &p.id})
	if err != nil {
		c.w.t.Errorf("pool %s: %v; the writer's history:%s", p.name, err, c.told())
		return
	}
	if *out.UserPool.Name != p.name || len(out.UserPool.AutoVerifiedAttributes) != 1 {
		c.w.t.Errorf("pool %s is not as it was made: %+v", p.name, out.UserPool)
	}
}

// listPools returns the IDs of all pools by their names.
func (c *writer) listPools() map[string]string {
	c.w.t.Helper()
	all := map[string]string{}
	for pages := cognito.NewListUserPoolsPaginator(c.w.client(), &cognito.ListUserPoolsInput{MaxResults: aws.Int32(60)}); pages.HasMorePages(); {
		page, err := pages.NextPage(c.w.t.Context())
		if err != nil {
			c.w.t.Fatal(err)
		}
		for _, p := range page.UserPools {
			if all[*p.Name] != "" {
				c.w.t.Errorf("pool %s is there twice", *p.Name)
			}
			all[*p.Name] = *p.Id
		}
	}
	return all
}
