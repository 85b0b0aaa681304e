package console

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// pathTo returns the path of a page, whose steps are escaped.
func pathTo(steps ...string) string {
	for i := range steps {
		steps[i] = url.PathEscape(steps[i])
	}
	return Root + strings.Join(steps, "/")
}

// ours are words of paths that stand where a name may stand, too.
var ours = []string{"create", ".", ".."}

// nameStep returns the step of a path for what users call something. Browsers take
// dots out of a path, and a word of ours leads to a page of ours: before those,
// and before what begins like this, there is a ~.
func nameStep(name string) string {
	if slices.Contains(ours, name) || strings.HasPrefix(name, "~") {
		return "~" + name
	}
	return name
}

// name returns what users call something in the path.
func (v *visit) name(wildcard string) string {
	return strings.TrimPrefix(v.r.PathValue(wildcard), "~")
}

// withQuery returns a path with the parameters that are not empty, given as name,
// value, name, value.
func withQuery(to string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return to
	}
	return to + "?" + query.Encode()
}

// withMore returns a path that may have a query, with one parameter more.
func withMore(to, name, value string) string {
	sign := "?"
	if strings.Contains(to, "?") {
		sign = "&"
	}
	return to + sign + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

// inConsole returns a path that a request named to go on at, or the first page:
// only what is below [Root] on this server is gone to.
func inConsole(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Opaque != "" || u.Host != "" || u.User != nil || strings.ContainsAny(to, "\\\r\n\t") {
		return pathTo("pools")
	}
	if !strings.HasPrefix(u.EscapedPath(), Root) || path.Clean(u.Path)+"/" != Root && !strings.HasPrefix(path.Clean(u.Path), Root) {
		return pathTo("pools")
	}
	u.Fragment = ""
	return u.String()
}
