// Package server assembles a server from the other packages. It opens the parts
// in the right order, listens, and closes everything again.
//
// It is the only package that knows all others. It owns the HTTP surface, the
// time limits of connections, the answer after a panic of a handler, the schedule
// for deleting expired data, and the order of a shutdown. It decides nothing about
// requests. It owns the checks that refuse unsafe settings or warn of them, and
// the work on a data directory or database while no server runs ([SetAccount],
// [ReplaceKey]).
package server
