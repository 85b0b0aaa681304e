// Package console is Poolhouse in a browser: pages that the server renders, below
// /console/.
//
// It owns what pages look like and say, the frame around them, signing in and
// out, and the rules of security of HTML (headers, cookies, other origins). It
// decides nothing about pools, jobs or permissions: every page calls operations
// through the dispatcher, as the principal who is signed in, and so goes the way
// that a request of the API goes ([do]); whether something is offered, it asks
// the same gate ([may]).
//
// A page is one file and one template of the same name, and a line in routes.go.
// Its [action] says at which path it is, what shows it and what acts on its
// form. A form is a struct that reads what was typed, checks itself, and keeps
// both the text and what is wrong with it (form.go). What all pages share is in
// page.go (what a page is), visit.go (who looks at it), render.go and
// templates/layout.html (the frame), words.go (numbers, times), nav.go (the side
// navigation) and failures.go (what went wrong, as pages).
//
// Scripts only add to pages: all but live progress works without them.
package console
