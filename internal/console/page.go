package console

import (
	"context"
	"net/http"
)

// action is a path with its functions.
type action struct {
	path string // below /console, a pattern of net/http without a method
	open bool   // answers callers without a session too
	live bool   // requested by a page itself, which does not count as a use of the session
	// of is the path of the page that has this action's form, link or stream. "" means that
	// the action is a page itself. After signing in, a browser is sent to that page.
	of string
	// streams reports whether act reads the body itself, which may be large and slow.
	streams bool
	// show answers GET and changes nothing. act answers POST. A nil function does not
	// answer its method.
	show, act func(ctx context.Context, v *visit) (*page, error)
}

// page is an answer: a template with its frame, or one of the replacements below.
type page struct {
	// Template is the name of a file in templates, without .html. It defines main. It may
	// define actions (the buttons beside the heading) and below (the line under it).
	Template string
	Title    string // also the heading, and the first part of the browser's title
	Count    string // shown after the heading, "" for none
	// Note says what the page leaves out for lack of permission, "" if nothing is missing.
	Note string
	// IsName reports whether the title is a name that a user chose.
	IsName  bool
	Before  string  // begins the browser's title, such as progress; "" for none
	About   string  // object of the page, for the browser's title; "" for none
	Crumbs  []crumb // from User pools, exclusive, to the page
	Apart   bool    // the breadcrumbs do not begin at User pools
	At      string  // current entry of the side navigation
	Pool    *poolHere
	Form    *form  // form whose errors are listed, or nil
	Command string // command that does the same, "" for none
	Bare    bool   // without the side navigation
	Data    any    // data of the template

	status   int                         // HTTP status; 0 means 200
	redirect string                      // path to redirect to, instead of a page
	file     *file                       // file to download, instead of a page
	download *download                   // the same, of any size
	fragment string                      // fragment of a shown page, instead of a page
	stream   func(w http.ResponseWriter) // writes server-sent events, instead of a page
	flash    *flash                      // shown by the next page
	says     *flash                      // shown by this page, instead of the previous page's flash
	cookies  []*http.Cookie
}

func (p *page) httpStatus() int {
	if p.status == 0 {
		return http.StatusOK
	}
	return p.status
}

// file is a file that a browser saves.
type file struct {
	Name  string // chosen by the console, never by a user
	Media string
	Body  []byte
}

// crumb is a step of the breadcrumbs.
type crumb struct{ Text, Path string }

// poolHere is the user pool of a page. Name is the ID if the name is not known.
type poolHere struct{ ID, Name string }

// crumb returns the crumb of the pool.
func (p *poolHere) crumb() crumb { return crumb{p.Name, pathTo("pools", p.ID)} }

// flash is a message that the next page shows once, about the result of an act.
type flash struct {
	Kind string // ok, err, warn or info
	Text string
	// Name replaces {} in the text. It is a name that a user chose.
	Name string
	// Path and Link are the address and the text of a link after the text; both "" for
	// none.
	Path, Link string
}

// leave redirects to a path, where a text is shown once. {} in the text stands for the
// name.
func leave(path, kind, text, name string) *page {
	return &page{redirect: path, flash: &flash{Kind: kind, Text: text, Name: name}}
}

// done is [leave] after a success.
func done(path, text, name string) *page { return leave(path, "ok", text, name) }
