package sqlstore

import "fmt"

// userTexts are the queries of one user, in a database that has all of it in a row
// of the table users and its aliases in the table aliases.
type userTexts struct {
	byKey, byAlias, update, remove string
}

// newUserTexts returns the queries, with the condition that tells the user of a
// pool and a key.
func newUserTexts(where func(pool, key string) string) userTexts {
	holder := "(SELECT user_key FROM aliases WHERE pool_no = $2 AND attribute = $3 AND alias_key = $4)"
	return userTexts{
		byKey:   selectUser + " WHERE " + where(livePool, "$2") + oneByKey,
		byAlias: selectUser + " WHERE " + where(livePool, holder) + oneByKey,
		update:  updateUser + where("$18", "$19"),
		remove:  "DELETE FROM users WHERE " + where("$1", "$2"),
	}
}

// oneByKey leaves the planner one index to choose (planner.go, "an order for one
// row").
const oneByKey = " ORDER BY user_key LIMIT 1"

const selectUserBySub = selectUser + " WHERE pool_no = " + livePool + " AND sub = $2"

// whereKey is the condition in the table of users itself.
func whereKey(pool, key string) string {
	return fmt.Sprintf("pool_no = %s AND user_key = %s", pool, key)
}
