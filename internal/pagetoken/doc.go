// Package pagetoken makes the tokens with which a client asks for the next page of a
// list.
//
// It owns the form of tokens. A token is sealed, so that it reveals nothing of the last
// item of a page. It is bound to its list, so that no other list accepts it. The caller
// chooses which parts name a list and how a place in it is written.
package pagetoken
