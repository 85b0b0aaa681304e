// Package console serves the pages for browsers, below /console/.
//
// It owns the look and the texts of pages, their frame, signing in and out, and the
// security rules of HTML: headers, cookies, other origins. It decides nothing about pools,
// jobs or permissions. Every page calls operations through the dispatcher as the principal
// who is signed in ([do]), so its calls pass the same checks as requests of the API. A page
// offers what the same gate permits ([may]).
//
// A page is one file, one template of the same name, and a line in routes.go. Its [action]
// has the path, a function that shows the page and one that acts on its form. A form is a
// struct that reads the submitted text, validates itself, and keeps both the text and the
// errors (form.go). Shared parts: page.go (the type of a page), visit.go (the request and
// its caller), render.go and templates/layout.html (the frame), words.go (numbers and
// times), nav.go (side navigation) and failures.go (error pages).
//
// Scripts are optional: everything except live progress works without them.
package console
