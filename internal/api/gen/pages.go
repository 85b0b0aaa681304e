package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// pages says how to read a list page by page. It names members of an operation's input and
// output.
type pages struct {
	Token   string   // of both: the next request sends the token from the answer
	Limit   string   // of the input: the most entries of a page; "" if a call cannot choose it
	More    string   // of the output: a flag for more pages; "" if the token itself is the sign
	Results []string // of the output: the lists that continue on the next page
}

// The names of the models' members for pages.
var (
	pageTokens = []string{"NextToken", "nextToken", "PaginationToken", "Marker"}
	pageLimits = []string{"MaxResults", "Limit", "limit", "MaxItems"}
	pageMore   = "IsTruncated"
)

// pagesOf returns how to continue the answers of an operation; nil if they are whole.
func (m *model) pagesOf(op operation) *pages {
	if op.Output == nil {
		return nil
	}
	in, out := m.Shapes[op.Input.Shape].Members, m.Shapes[op.Output.Shape].Members
	p := &pages{}
	for _, token := range pageTokens {
		if m.text(in.of(token)) && m.text(out.of(token)) {
			p.Token = token
		}
	}
	if p.Token == "" {
		return nil
	}
	for _, limit := range pageLimits {
		if m.Shapes[in.of(limit)].Type == "integer" {
			p.Limit = limit
		}
	}
	if m.Shapes[out.of(pageMore)].Type == "boolean" {
		p.More = pageMore
	}
	for _, member := range out {
		if m.Shapes[member.Shape].Type == "list" {
			p.Results = append(p.Results, member.Name)
		}
	}
	return p
}

// checkPages demands that every shortened list can be continued. If botocore's data exist, they
// must say the same.
func (m *model) checkPages() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		op := m.Operations[name]
		p := m.pagesOf(op)
		if p == nil && op.Output != nil {
			for _, member := range m.Shapes[op.Output.Shape].Members {
				if slices.Contains(pageTokens, member.Name) {
					problems = append(problems, fmt.Errorf("%s answers %s, which its input does not take", name, member.Name))
				}
			}
		}
		if p != nil && len(p.Results) == 0 {
			problems = append(problems, fmt.Errorf("%s has pages of no list", name))
		}
		if theirs, ok := m.Paginators[name]; ok && !theirs.equal(p) {
			problems = append(problems, fmt.Errorf("the pages of %s are %+v, but botocore's paginator says %+v", name, p, theirs))
		}
	}
	return errors.Join(problems...)
}

// paginator is an entry of botocore's paginators-1.json.
type paginator struct {
	InputToken  names  `json:"input_token"`
	OutputToken names  `json:"output_token"`
	LimitKey    string `json:"limit_key"`
	MoreResults string `json:"more_results"`
	ResultKey   names  `json:"result_key"`
}

func (theirs paginator) equal(p *pages) bool {
	return p != nil && reflect.DeepEqual(theirs, paginator{
		InputToken: names{p.Token}, OutputToken: names{p.Token}, LimitKey: p.Limit, MoreResults: p.More, ResultKey: p.Results,
	})
}

// names is a name, or a list of names.
type names []string

// UnmarshalJSON reads both forms.
func (n *names) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(n))
}

// readPaginators reads botocore's paginators from beside the model at path; none if the file is
// missing.
func readPaginators(path string) (map[string]paginator, error) {
	path = filepath.Join(filepath.Dir(path), "paginators-1.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var file struct{ Pagination map[string]paginator }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file.Pagination, nil
}

// pagesField returns an operation's field in the table, "" for an operation without pages.
func (g *generator) pagesField(op operation) string {
	p := g.pagesOf(op)
	if p == nil {
		return ""
	}
	fields := []string{fmt.Sprintf("Token: %q", p.Token)}
	if p.Limit != "" {
		fields = append(fields, fmt.Sprintf("Limit: %q", p.Limit))
	}
	if p.More != "" {
		fields = append(fields, fmt.Sprintf("More: %q", p.More))
	}
	fields = append(fields, fmt.Sprintf("Results: %#v", p.Results))
	return ",\nPages: &apicore.Pages{" + strings.Join(fields, ", ") + "}"
}
