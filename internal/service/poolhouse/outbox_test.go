package poolhouseservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service/servicetest"
)

// invite creates a user, who gets a message with a temporary password.
func (f *fixture) invite(pool, name, temporary string) {
	f.T.Helper()
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": name, "TemporaryPassword": temporary, "DesiredDeliveryMediums": []any{"EMAIL"},
		"UserAttributes": servicetest.Named("email", name+"@example.com")})
}

// codes reads all pages. It returns the codes of the messages, the number of pages, and the
// last message.
func (f *fixture) codes(in object) (codes []string, pages int, last object) {
	f.T.Helper()
	for {
		out := f.Do("ListOutboxMessages", in)
		for _, m := range out["Messages"].([]any) {
			last = m.(object)
			codes = append(codes, last["Code"].(string))
		}
		pages++
		if out["NextToken"] == nil {
			return codes, pages, last
		}
		in["NextToken"] = out["NextToken"]
	}
}

// TestListOutboxMessages: messages of a pool, of one user, or after a message are listed page
// by page, the newest first.
func TestListOutboxMessages(t *testing.T) {
	f := newFixture(t)
	pool, other := f.Pool(nil), f.Pool(nil)
	if out := f.Do("ListOutboxMessages", object{"UserPoolId": pool}); len(out["Messages"].([]any)) != 0 || out["NextToken"] != nil {
		t.Errorf("an empty outbox: %v", out)
	}
	f.invite(pool, "ada", "P@ssw0rd!1")
	f.invite(pool, "bob", "P@ssw0rd!2")
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "TemporaryPassword": "P@ssw0rd!3", "MessageAction": "RESEND"})
	f.invite(other, "cyd", "P@ssw0rd!4")

	_, _, first := f.codes(object{"UserPoolId": pool})
	sub := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"].([]any)[0].(object)["Value"]
	want := object{"MessageId": first["MessageId"], "CreationDate": first["CreationDate"], "Username": "ada", "Sub": sub, "Kind": "AdminCreateUser", "DeliveryMedium": "EMAIL",
		"AttributeName": "email", "Destination": "ada@example.com", "Subject": "Your temporary password", "Body": "Your username is ada and temporary password is P@ssw0rd!1. ",
		"BodyIsHtml": false, "Code": "P@ssw0rd!1"}
	if fmt.Sprint(first) != fmt.Sprint(want) || first["CreationDate"].(float64) < 1e9 {
		t.Errorf("got  %v\nwant %v", first, want)
	}
	for _, c := range []struct {
		in    object
		want  string // the last digits of the codes
		pages int
	}{
		{object{}, "321", 1},
		{object{"MaxResults": 1}, "321", 3},
		{object{"MaxResults": 2}, "321", 2},
		{object{"MaxResults": 3}, "321", 1},
		{object{"Username": "ada", "MaxResults": 1}, "31", 2},
		{object{"Username": sub}, "31", 1},
		{object{"AfterMessageId": first["MessageId"]}, "32", 1},
		{object{"AfterMessageId": first["MessageId"], "MaxResults": 1}, "32", 2},
		{object{"AfterMessageId": first["MessageId"], "Username": "ada"}, "3", 1},
	} {
		c.in["UserPoolId"] = pool
		codes, pages, _ := f.codes(c.in)
		got := ""
		for _, code := range codes {
			got += code[len(code)-1:]
		}
		if got != c.want || pages != c.pages {
			t.Errorf("%v: %s on %d pages, want %s on %d", c.in, got, pages, c.want, c.pages)
		}
	}
	newest, _, _ := f.codes(object{"UserPoolId": other})
	if !slices.Equal(newest, []string{"P@ssw0rd!4"}) {
		t.Errorf("the other pool's are %v", newest)
	}
}

func TestListOutboxMessagesRefuses(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.invite(pool, "ada", "P@ssw0rd!1")
	token := func(place string) string {
		return servicetest.PageKey(t).Seal(pagetoken.List{"ListOutboxMessages", pool, "", ""}, place)
	}
	for _, c := range []struct {
		in              object
		exception, text string
	}{
		{object{"UserPoolId": "us-east-1_none"}, "ResourceNotFoundException", "does not exist"},
		{object{"Username": "eve"}, "UserNotFoundException", "User does not exist."},
		{object{"MaxResults": 101}, "InvalidParameterException", "less than or equal to 100"},
		{object{"MaxResults": 0}, "InvalidParameterException", "greater than or equal to 1"},
		{object{"AfterMessageId": strings.Repeat("z", 36)}, "InvalidParameterException", "regular expression"},
		{object{"NextToken": "x"}, "InvalidParameterException", "gave no such token"},
		{object{"NextToken": token("\xff\x00")}, "InvalidParameterException", "gave no such token"},
	} {
		if c.in["UserPoolId"] == nil {
			c.in["UserPoolId"] = pool
		}
		f.Refused("ListOutboxMessages", c.in, c.exception, c.text)
	}
}
