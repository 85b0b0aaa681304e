package console

import (
	"context"
	"net/http"
)

// action is what is at one path.
type action struct {
	path string // below /console, a pattern of net/http without a method
	open bool   // answers those who are not signed in, too
	live bool   // is asked by a page itself, which is no use of the session
	// of is the path of the page that this belongs to: the page has its form, its
	// link or its stream. "" stands for an action that is a page of its own. A browser
	// that has to sign in first goes on there.
	of string
	// streams says that act reads the body itself, which may be large and slow.
	streams bool
	// show answers GET, and changes nothing. act answers POST. nil does not answer
	// the method.
	show, act func(ctx context.Context, v *visit) (*page, error)
}

// page is an answer: what the frame shows around a template, or where to go on.
type page struct {
	// Template is the name of a file in templates, without .html. It defines main,
	// and may define actions, the buttons beside the heading, and below, the line
	// under it.
	Template string
	Title    string // also the heading; the first part of the browser's title
	Count    string // behind the heading, "" for none
	// Note says what the page does not offer because who is signed in may not do it,
	// "" for nothing.
	Note string
	// IsName says that the title is what a user called something.
	IsName  bool
	Before  string  // of the browser's title: what changes, "" for nothing
	About   string  // what the page is about, in the browser's title; "" for nothing
	Crumbs  []crumb // between User pools and the page itself
	Apart   bool    // the breadcrumbs do not begin at User pools
	At      string  // the entry of the side navigation
	Pool    *poolHere
	Form    *form  // whose problems are summed up; nil for none
	Command string // that gives the same, "" for none
	Bare    bool   // without the side navigation
	Data    any    // of the template

	status   int                         // of HTTP; 0 stands for 200
	redirect string                      // a path to go on at, in place of a page
	file     *file                       // to download, in place of a page
	download *download                   // the same, of any size
	fragment string                      // a part of a page that is shown, in place of a page
	stream   func(w http.ResponseWriter) // writes events of the server, in place of a page
	flash    *flash                      // that the next page shows
	says     *flash                      // that this page shows, in place of one of the page before
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
	Name  string // of ours, not of a user
	Media string
	Body  []byte
}

// crumb is a step of the breadcrumbs.
type crumb struct{ Text, Path string }

// poolHere is the user pool that a page is about, as the frame knows it. The
// name is the id where it is not known.
type poolHere struct{ ID, Name string }

// crumb returns the step to the pool.
func (p *poolHere) crumb() crumb { return crumb{p.Name, pathTo("pools", p.ID)} }

// flash is what the next page says once about what was done.
type flash struct {
	Kind string // ok, err, warn or info
	Text string
	// Name stands in the text in the place of {}: what a user called something.
	Name string
	// Path is where to go on, and Link the text of the link there, behind the text; "" for nothing.
	Path, Link string
}

// leave returns an answer that goes on at a path, where a text is shown once. In
// the text, {} stands for a name.
func leave(path, kind, text, name string) *page {
	return &page{redirect: path, flash: &flash{Kind: kind, Text: text, Name: name}}
}

// done is [leave] after what succeeded.
func done(path, text, name string) *page { return leave(path, "ok", text, name) }
