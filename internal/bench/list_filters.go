package bench

import (
	"context"
	"fmt"
	"strings"
)

// filterPage is so small that even a small pool has a full page for the beginning of a value.
// So both pools answer with the same number of users.
const filterPage = 10

// The two pools.
const (
	few = iota
	many
)

// filterTimes has the times of lists with one form of filter in both pools.
type filterTimes struct {
	name  string
	text  func(user map[string]string) string // the filter that finds this user
	took  [2]times
	found [2]int
}

// filterForms returns all forms of filters. For every attribute that is searched by value
// they are the whole value, most of it, and its first two characters.
func filterForms() (forms []*filterTimes) {
	attributes := []string{"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
	for _, name := range attributes {
		forms = append(forms,
			&filterTimes{name: name + " = a value", text: func(u map[string]string) string { return filter(name, "=", u[name]) }},
			&filterTimes{name: name + " ^= all but its end", text: func(u map[string]string) string {
				return filter(name, "^=", u[name][:max(1, len(u[name])-1)])
			}},
			&filterTimes{name: name + " ^= two characters", text: func(u map[string]string) string { return filter(name, "^=", u[name][:2]) }})
	}
	for _, fixed := range []string{
		filter("cognito:user_status", "=", "RESET_REQUIRED"), filter("cognito:user_status", "^=", "RESET"),
		filter("cognito:user_status", "=", "CONFIRMED"), filter("cognito:user_status", "^=", "CONF"),
		filter("status", "=", "Enabled"), filter("status", "=", "Disabled"),
	} {
		forms = append(forms, &filterTimes{name: strings.ReplaceAll(fixed, `"`, ""), text: func(map[string]string) string { return fixed }})
	}
	return forms
}

func filter(name, operator, value string) string { return name + " " + operator + ` "` + value + `"` }

// The number of users that are searched for in turn, and of searches for each.
const (
	filteredUsers = 15
	filteredTimes = 3
)

// measureFilters times lists with every form of filter.
func (l *listBench) measureFilters(ctx context.Context, n *node, pool string, users file, which int) error {
	line, err := n.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	for range filteredTimes {
		some := min(filteredUsers, users.rows)
		for i := range some {
			user, err := l.lookUp(ctx, n, pool, users.username(i*users.rows/some))
			if err != nil {
				return err
			}
			for _, f := range l.filters {
				var page userPage
				in := map[string]any{"UserPoolId": pool, "Limit": filterPage, "Filter": f.text(user)}
				took, err := line.call(n.client, "ListUsers", in, &page)
				if err != nil {
					return err
				}
				f.took[which] = append(f.took[which], took)
				f.found[which] = max(f.found[which], len(page.Users))
			}
		}
	}
	return nil
}

// lookUp returns the attributes of a user, including the username.
func (l *listBench) lookUp(ctx context.Context, n *node, pool, username string) (map[string]string, error) {
	var out floorUser
	if err := n.call(ctx, "AdminGetUser", map[string]any{"UserPoolId": pool, "Username": username}, &out); err != nil {
		return nil, err
	}
	user := map[string]string{"username": out.Username}
	for _, a := range out.UserAttributes {
		user[a.Name] = a.Value
	}
	return user, nil
}

func filterTable(title string, small, large int, forms []*filterTimes) table {
	t := table{title: title, head: []string{"", fmt.Sprintf("%d users: found", small), "median", "p99",
		fmt.Sprintf("%d users: found", large), "median", "p99", "median / small pool's"}}
	for _, f := range forms {
		if len(f.took[few]) == 0 || len(f.took[many]) == 0 {
			continue
		}
		row := []string{f.name}
		for which := range f.took {
			row = append(row, fmt.Sprint(f.found[which]), milliseconds(f.took[which].quantile(0.5)), milliseconds(f.took[which].quantile(0.99)))
		}
		ratio := float64(f.took[many].quantile(0.5)) / float64(f.took[few].quantile(0.5))
		t.rows = append(t.rows, append(row, fmt.Sprintf("%.2f", ratio)))
	}
	return t
}
