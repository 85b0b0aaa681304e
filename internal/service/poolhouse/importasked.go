package poolhouseservice

import (
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// maxMapBytes is the most bytes of all names in a map together: enough for 1000 columns with
// names of 256 letters.
const maxMapBytes = 1000 * 256

// askedMembers is what a request says about reading a file.
type askedMembers struct {
	strict  *bool
	format  *poolhouseapi.ImportFormatChoiceType
	columns []poolhouseapi.ImportMappedColumnType
}

// any reports whether the request says anything.
func (w askedMembers) any() bool {
	return service.Value(w.strict) || len(w.columns) > 0 || w.format != nil && *w.format != (poolhouseapi.ImportFormatChoiceType{})
}

// asked returns what the request says, nil if it says nothing. It returns InvalidParameter for
// a request that contradicts itself, the pool or the server. The job finds out whether the file
// can be read like that.
func (s *Service) asked(pool *userpool.UserPool, w askedMembers) (*usercsv.Asked, error) {
	if !w.any() {
		return nil, nil
	}
	asked := &usercsv.Asked{Strict: service.Value(w.strict)}
	only := askedMembers{format: w.format, columns: w.columns}
	switch {
	case asked.Strict && only.any():
		return nil, userpool.Errorf(userpool.InvalidParameter, "Strict reads a file as Amazon Cognito does. Leave out Format and Map, or Strict.")
	case s.Strict && only.any():
		return nil, userpool.Errorf(userpool.InvalidParameter, "This server reads files only as Amazon Cognito does: its setting import-dialect is cognito. Leave out Format and Map.")
	}
	var err error
	if asked.Choice, err = choiceOf(w.format); err != nil {
		return nil, err
	}
	asked.Map, err = mapOf(pool, w.columns)
	return asked, err
}

// choiceOf reads a choice, which is optional.
func choiceOf(in *poolhouseapi.ImportFormatChoiceType) (c usercsv.Choice, err error) {
	if in == nil {
		return c, nil
	}
	words := usercsv.ChoiceWords{
		Encoding: string(in.Encoding), Separator: string(in.Separator), Quote: string(in.Quote), Escape: string(in.Escape), Birthdates: string(in.Birthdates),
	}
	if c, err = words.Choice(); err != nil { // the model refused it before
		return c, userpool.Errorf(userpool.InvalidParameter, "%s.", err)
	}
	if fits := c.QuotesFor(); words.Quote != "" && !slices.Contains(fits, words.Quote) {
		return c, userpool.Errorf(userpool.InvalidParameter, "Format.Escape %s does not fit Format.Quote %s: with that Escape, Quote is %s, or left out.", words.Escape, words.Quote, either(fits))
	}
	return c, nil
}

// either joins words with commas, and "or" before the last.
func either(words []string) string {
	var text strings.Builder
	for i, word := range words {
		switch {
		case i > 0 && i == len(words)-1:
			text.WriteString(" or ")
		case i > 0:
			text.WriteString(", ")
		}
		text.WriteString(word)
	}
	return text.String()
}

// mapOf reads a map for a pool's files.
func mapOf(pool *userpool.UserPool, columns []poolhouseapi.ImportMappedColumnType) (m []usercsv.Mapped, err error) {
	if len(columns) == 0 {
		return nil, nil
	}
	refuse := func(format string, args ...any) error {
		return userpool.Errorf(userpool.InvalidParameter, "Map: "+format, args...)
	}
	known := append(usercsv.Header(pool), usercsv.ColumnExternalID)
	named, given, bytes := map[string]bool{}, map[string]string{}, 0
	for _, c := range columns {
		other, twice := given[c.Attribute]
		switch {
		case named[c.Column]:
			return nil, refuse("the column %s occurs twice. Name each column once.", strconv.Quote(c.Column))
		case c.Attribute != "" && !slices.Contains(known, c.Attribute):
			return nil, refuse("%s is no column of files of this user pool. GetCSVHeader lists them, and %s is one, too. An empty Attribute leaves a column out.", strconv.Quote(c.Attribute), usercsv.ColumnExternalID)
		case c.Attribute != "" && twice:
			return nil, refuse("the columns %s and %s are both read as %s. Leave one of them out with an empty Attribute.", strconv.Quote(other), strconv.Quote(c.Column), c.Attribute)
		}
		named[c.Column], given[c.Attribute] = true, c.Column
		if bytes += len(c.Column) + len(c.Attribute); bytes > maxMapBytes {
			return nil, refuse("its names have more than %d bytes together.", maxMapBytes)
		}
		m = append(m, usercsv.Mapped{Column: c.Column, Attribute: c.Attribute})
	}
	return m, nil
}
