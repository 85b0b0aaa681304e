package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// Bounds of a map: bytes of its file, number of columns, and characters of a name.
const (
	maxMapFile = 4 << 20
	maxMapped  = 1000
	maxMapName = 256
)

// readMap reads a file that maps columns of an import file to those of the pool.
func readMap(path string) ([]mappedColumn, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxMapFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxMapFile {
		return nil, fmt.Errorf("%s has more than %s bytes; it must be a map of columns", path, grouped(maxMapFile))
	}
	columns, err := parseMap(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return columns, nil
}

// mapForm is an example of a map, for errors.
const mapForm = `such as {"E-Mail": "email", "Notes": ""}`

// parseMap parses a map: a JSON object with a member for each column, or the list of
// objects that the API takes. An error names the line and the key.
func parseMap(text []byte) ([]mappedColumn, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errors.New("it is not UTF-8; save it as UTF-8")
	}
	m := &mapParser{text: text, tokens: json.NewDecoder(bytes.NewReader(text)), lines: map[string]int{}}
	first, err := m.next()
	if err != nil {
		return nil, err
	}
	switch first {
	case json.Delim('{'):
		err = m.object()
	case json.Delim('['):
		err = m.list()
	default:
		return nil, fmt.Errorf("it is a JSON %s; it must be an object %s, or a list of objects with Column and Attribute", jsonName(first), mapForm)
	}
	if err != nil {
		return nil, err
	}
	if _, err := m.tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: text follows the end of the map; remove it", m.line())
	}
	if len(m.columns) == 0 {
		return nil, errors.New("it names no column; it must be an object " + mapForm)
	}
	return m.columns, nil
}

// mapParser parses a map token by token.
type mapParser struct {
	text    []byte
	tokens  *json.Decoder
	columns []mappedColumn
	lines   map[string]int // the line of each column
}

// line returns the line of the last token.
func (m *mapParser) line() int { return m.lineAt(int(m.tokens.InputOffset())) }

func (m *mapParser) lineAt(offset int) int { return 1 + bytes.Count(m.text[:offset], []byte("\n")) }

// next returns the next token. Its error says where the JSON is malformed.
func (m *mapParser) next() (json.Token, error) {
	token, err := m.tokens.Token()
	switch {
	case err == nil:
		return token, nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("it is not JSON: it ends too early; it must be an object " + mapForm)
	}
	read := m.text[:m.tokens.InputOffset()]
	begins := len(m.text) - len(bytes.TrimLeft(m.text[len(read):], " \t\r\n,:")) // the beginning of the malformed part
	return nil, fmt.Errorf("line %d: it is not JSON: %w", m.lineAt(begins), err)
}

// object parses the members of an object.
func (m *mapParser) object() error {
	for m.tokens.More() {
		key, err := m.next()
		if err != nil {
			return err
		}
		name, _ := key.(string) // the decoder accepts only strings as keys
		line := m.line()
		attribute, err := m.value("the key " + named(name))
		if err != nil {
			return err
		}
		if err := m.add(line, name, attribute); err != nil {
			return err
		}
	}
	_, err := m.next()
	return err
}

// value returns the next token, which must be a string.
func (m *mapParser) value(of string) (string, error) {
	token, err := m.next()
	if err != nil {
		return "", err
	}
	if text, is := token.(string); is {
		return text, nil
	}
	return "", fmt.Errorf(`line %d: %s has a JSON %s; it must have the name of a column in quotation marks, such as "email", or "" for a column that is not imported`,
		m.line(), of, jsonName(token))
}

// list parses a list of objects.
func (m *mapParser) list() error {
	for n := 1; m.tokens.More(); n++ {
		token, err := m.next()
		if err != nil {
			return err
		}
		line := m.line()
		if token != json.Delim('{') {
			return fmt.Errorf(`line %d: entry %d is a JSON %s; it must be an object with Column and Attribute`, line, n, jsonName(token))
		}
		if err := m.entry(n, line); err != nil {
			return err
		}
	}
	_, err := m.next()
	return err
}

// entry parses an object of a list.
func (m *mapParser) entry(n, line int) error {
	values := map[string]string{}
	for m.tokens.More() {
		key, err := m.next()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if _, twice := values[name]; twice || name != "Column" && name != "Attribute" {
			return fmt.Errorf("line %d: entry %d has the member %s; it must have Column and Attribute, each once", m.line(), n, named(name))
		}
		if values[name], err = m.value(name + " of entry " + fmt.Sprint(n)); err != nil {
			return err
		}
	}
	if _, err := m.next(); err != nil {
		return err
	}
	column, is := values["Column"]
	if !is {
		return fmt.Errorf("line %d: entry %d has no member Column; it must name a column of the file", line, n)
	}
	return m.add(line, column, values["Attribute"])
}

// add adds a column.
func (m *mapParser) add(line int, column, attribute string) error {
	if before, twice := m.lines[column]; twice {
		return fmt.Errorf("line %d: the column %s occurs twice, first on line %d; write it once", line, named(column), before)
	}
	for _, name := range []string{column, attribute} {
		if utf8.RuneCountInString(name) > maxMapName {
			return fmt.Errorf("line %d: the name %s has more than %d characters, the most that a name may have", line, named(name), maxMapName)
		}
	}
	if len(m.columns) == maxMapped {
		return fmt.Errorf("line %d: the map has more than %s columns, the most that it may have", line, grouped(maxMapped))
	}
	m.lines[column] = line
	m.columns = append(m.columns, mappedColumn{column, attribute})
	return nil
}

// named returns a name in quotation marks, for a message.
func named(name string) string { return fmt.Sprintf("%q", clipped(name)) }

// jsonName returns the JSON type that a token is or begins.
func jsonName(token json.Token) string {
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return "array"
		}
		return "object"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}

// writeMap writes a map to a new file, readable by its owner only: names of columns may
// reveal something about users.
func writeMap(path string, columns []mappedColumn) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already; --write-map must name a new file", path)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(mapText(columns))
	return errors.Join(err, file.Close())
}

// mapText returns the text of a map, with one column a line. A repeated column is written
// once.
func mapText(columns []mappedColumn) []byte {
	var text strings.Builder
	written := map[string]bool{}
	text.WriteString("{")
	for _, m := range columns {
		if written[m.Column] {
			continue
		}
		if len(written) > 0 {
			text.WriteString(",")
		}
		written[m.Column] = true
		text.WriteString("\n  " + quotedJSON(m.Column) + ": " + quotedJSON(m.Attribute))
	}
	text.WriteString("\n}\n")
	return []byte(text.String())
}

// quotedJSON returns a text as a JSON string.
func quotedJSON(text string) string {
	quoted, _ := marshal(text) // never fails for a string
	return string(quoted)
}
