package sqlstore

// SQLiteDriver returns which driver of SQLite the program has: the module, and
// whether SQLite is C or Go in it.
func SQLiteDriver() string { return sqliteDriver + ", " + sqliteLanguage }
