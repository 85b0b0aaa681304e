// Package pagetoken makes the tokens with which a client asks for the next page
// of a list.
//
// It owns their form: a token is sealed, so that it shows nothing of the item
// that a page ended with, and it is bound to its list, so that no other list
// takes it. Which parts name a list, and what a place in it looks like, is the
// caller's.
package pagetoken
