package console

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// pathTo returns the path of a page with escaped steps.
func pathTo(steps ...string) string {
	for i := range steps {
		steps[i] = url.PathEscape(steps[i])
	}
	return Root + strings.Join(steps, "/")
}

// reserved are the steps that have their own meaning where a name can stand.
var reserved = []string{"create", ".", ".."}

// nameStep returns the path step of a name that a user chose. Browsers remove dot steps,
// and the words in reserved lead to other pages. So such a name, and a name that begins with ~,
// gets a ~ in front.
func nameStep(name string) string {
	if slices.Contains(reserved, name) || strings.HasPrefix(name, "~") {
		return "~" + name
	}
	return name
}

// name returns a name that a user chose from the path.
func (v *visit) name(wildcard string) string {
	return strings.TrimPrefix(v.r.PathValue(wildcard), "~")
}

// withQuery returns a path with the parameters that are not empty, given as name, value,
// name, value.
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

// withMore adds a parameter to a path that may have a query.
func withMore(to, name, value string) string {
	sign := "?"
	if strings.Contains(to, "?") {
		sign = "&"
	}
	return to + sign + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

// inConsole returns a path to redirect to that a request asked for, or the first page. Only
// paths below [Root] on this server are accepted.
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
