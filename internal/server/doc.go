// Package server assembles a server from the other packages. It opens the parts
// in the right order, listens, and closes everything again.
//
// It is the only package that knows all others. It owns the HTTP surface, the
// time limits of connections, the answer after a panic of a handler, the schedule
// for deleting expired data, and the order of a shutdown. It decides nothing about
// requests. It owns the checks that refuse unsafe settings or warn of them, and
// the work on a data directory or database while no server runs ([SetAccount],
// [ReplaceKey]).
//
// server.go has the order of opening and closing. Before that, directory.go, careless.go and
// belongs.go check the data directory, the settings and the account. member.go joins the servers
// of a database, and secrets.go opens the keys. listen.go, http.go, announce.go, faults.go and
// metrics_listen.go have connections. services.go registers the operations, with budgets.go and
// rates.go for their limits. audit.go, audit_details.go and metrics.go record calls. signin.go,
// tokens.go, console.go, files.go and forward.go assemble one part each. expire.go deletes expired
// data. stopped.go and replacekey.go do the work while no server runs, and version.go has the
// version.
package server
