package console

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/pagetoken"
)

// mapped says what a column of a file is read as: a column of the pool's files, or nothing.
type mapped struct {
	Column    string
	Attribute string // "" means not imported
}

// mapTyped is the choice of what a file's columns are read as. It is keyed by column names,
// so that a choice does not move to another column when another file is uploaded. A page
// carries it in a sealed field, beside the fields of the columns that it shows.
type mapTyped struct {
	Shown []mapped // columns that the page showed, in order
	Kept  []mapped // columns of a previous file or job
	On    bool     // the choice applies: the columns were checked, or the choice comes from elsewhere
	Of    string   // the upload whose columns are shown
	// known maps the columns that the server recognizes to what it reads them as. columns
	// are those of the pool's files; nil if they are not known.
	known   map[string]string
	columns []string
	// wrongs are the errors by column name.
	wrongs map[string]string
	list   pagetoken.List
	seals  *pagetoken.Key
}

// The form fields of the columns. fieldMap has the sealed choice; the others, followed by a
// column's number, have its name and what it is read as.
const (
	fieldMap    = "map"
	fieldColumn = "col-"
	fieldReadAs = "as-"
)

// longestMapped bounds a column name that can be mapped, in characters (ImportMapNameType).
const longestMapped = 256

// readMap returns the submitted choice, or the one in the address.
func (v *visit) readMap(pool, upload string) mapTyped {
	t := mapTyped{seals: v.Seals, list: pagetoken.List{"console columns", v.owner(), pool}}
	t.open(v.r.FormValue(fieldMap))
	var shown []mapped
	for n := 1; n <= mostColumns && v.r.Form.Has(fieldColumn+strconv.Itoa(n)); n++ {
		one := mapped{v.r.FormValue(fieldColumn + strconv.Itoa(n)), v.r.FormValue(fieldReadAs + strconv.Itoa(n))}
		if !v.r.Form.Has(fieldReadAs + strconv.Itoa(n)) {
			continue // cannot be mapped
		}
		if !slices.ContainsFunc(shown, func(m mapped) bool { return m.Column == one.Column }) {
			shown = append(shown, one)
		}
	}
	if len(shown) > 0 {
		t.keep()
		t.Shown = shown
	}
	if t.Of != upload && (t.Of != "" || len(shown) == 0) {
		t.keep()
	}
	t.Of = upload
	return t
}

// keep moves the columns that were shown to those of a previous file.
func (t *mapTyped) keep() {
	for _, m := range t.Shown {
		t.Kept = slices.DeleteFunc(t.Kept, func(k mapped) bool { return k.Column == m.Column })
		if !strings.HasPrefix(m.Column, numberedColumn) { // columns without a name differ from file to file
			t.Kept = append(t.Kept, m)
		}
	}
	t.Kept, t.Shown = t.Kept[max(0, len(t.Kept)-2*mostColumns):], nil
}

// mostMap bounds an opened choice, in bytes.
const mostMap = 4 << 20

// open reads a sealed choice. A choice that does not open is ignored.
func (t *mapTyped) open(sealed string) {
	packed, err := t.seals.Open(t.list, sealed)
	if err != nil {
		return
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader([]byte(packed))), mostMap))
	if err != nil {
		return
	}
	var kept mapTyped
	if json.Unmarshal(text, &kept) == nil {
		t.Shown, t.Kept, t.On, t.Of = kept.Shown, kept.Kept, kept.On, kept.Of
	}
}

// Sealed returns the choice for a field or an address, "" for none.
func (t *mapTyped) Sealed() string {
	if len(t.Shown) == 0 && len(t.Kept) == 0 {
		return ""
	}
	text, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return ""
	}
	if _, err := w.Write(text); err != nil || w.Close() != nil {
		return ""
	}
	return t.seals.Seal(t.list, packed.String())
}

// poolColumns sets the columns of the pool's files.
func (v *visit) poolColumns(ctx context.Context, f *jobForm) error {
	in := &cognitoapi.GetCSVHeaderRequest{UserPoolId: f.pool}
	if !may(ctx, v, cognitoapi.GetCSVHeader, in) {
		return nil
	}
	out, err := do(ctx, v, cognitoapi.GetCSVHeader, in)
	if err != nil {
		return err
	}
	f.Columns.columns = out.CSVHeader
	return nil
}

// called returns the API's name for the column at a place. A column without a name is
// called by its number.
func called(columns []poolhouseapi.ImportColumnType, place int) string {
	return nameOr(columns[place].Name, place)
}

func nameOr(name string, place int) string {
	if name == "" {
		return numberedColumn + strconv.Itoa(place+1)
	}
	return name
}

// numberedColumn begins the API's name for a column without a name.
const numberedColumn = "column "

// fit applies the choice to the columns of the file, by their names.
func (t *mapTyped) fit(columns []poolhouseapi.ImportColumnType) {
	t.known = map[string]string{}
	for i := range columns {
		name := called(columns, i)
		if _, is := t.known[name]; !is {
			t.known[name] = readAs(&columns[i])
		}
	}
	if len(t.Shown) > 0 {
		return
	}
	for i := range columns {
		name := called(columns, i)
		k := slices.IndexFunc(t.Kept, func(m mapped) bool { return m.Column == name })
		if k >= 0 && !t.isShown(name) {
			t.Shown = append(t.Shown, t.Kept[k])
		}
	}
}

func (t *mapTyped) isShown(name string) bool {
	return slices.ContainsFunc(t.Shown, func(m mapped) bool { return m.Column == name })
}

// own returns what a column is read as without a choice, "" for nothing.
func (t *mapTyped) own(name string) string {
	if as, is := t.known[name]; is {
		return as
	}
	if slices.Contains(t.columns, name) {
		return name
	}
	return ""
}

// chosen returns the choice for a column.
func (t *mapTyped) chosen(name string) (as string, is bool) {
	for _, m := range t.Shown {
		if m.Column == name {
			return m.Attribute, true
		}
	}
	return "", false
}

// differs reports whether some column is to be read as something other than by default.
func (t *mapTyped) differs() bool {
	return slices.ContainsFunc(t.Shown, func(m mapped) bool {
		_, is := t.known[m.Column]
		return m.Attribute != t.own(m.Column) || !is && m.Attribute == ""
	})
}

// api returns the choice in the API's form. It returns nil if the choice does not apply,
// has errors, or equals the default.
func (t *mapTyped) api() (all []poolhouseapi.ImportMappedColumnType) {
	if !t.On || len(t.wrongs) > 0 || !t.differs() {
		return nil
	}
	for _, m := range t.Shown {
		if utf8.RuneCountInString(m.Column) <= longestMapped {
			all = append(all, poolhouseapi.ImportMappedColumnType(m))
		}
	}
	return all
}

// check adds the errors of the choice and reports whether there are any.
func (t *mapTyped) check() bool {
	t.wrongs = map[string]string{}
	by := map[string][]string{}
	for _, m := range t.Shown {
		if m.Attribute != "" {
			by[m.Attribute] = append(by[m.Attribute], m.Column)
		}
		if utf8.RuneCountInString(m.Attribute) > longestMapped {
			t.wrongs[m.Column] = "The pool has no such column."
		}
	}
	for _, m := range t.Shown {
		if others := by[m.Attribute]; len(others) > 1 {
			t.wrongs[m.Column] = clip(m.Attribute, longestMapped) + " is chosen for " + count(len(others), "column", "columns") + ". Only one can be read as it: choose “Not imported” for the others."
		}
	}
	return len(t.wrongs) > 0
}

// remember takes over the columns of the pool's last import with a map.
func (v *visit) remember(ctx context.Context, f *jobForm) error {
	out, err := do(ctx, v, poolhouseapi.GetUserImportMap, &poolhouseapi.GetUserImportMapRequest{UserPoolId: f.pool})
	if err != nil {
		return f.refused(err)
	}
	f.Columns.On = true
	for _, m := range out.Map {
		f.Columns.put(mapped(m))
	}
	return nil
}

// put sets what a column is read as.
func (t *mapTyped) put(m mapped) {
	for i := range t.Shown {
		if t.Shown[i].Column == m.Column {
			t.Shown[i] = m
			return
		}
	}
	t.Kept = slices.DeleteFunc(t.Kept, func(k mapped) bool { return k.Column == m.Column })
	t.Kept = append(t.Kept, m)
}

// before returns the choice of an earlier job, for the form of a job like it.
func (v *visit) before(pool string, chosen []mapped) mapTyped {
	return mapTyped{Kept: chosen, On: len(chosen) > 0, seals: v.Seals, list: pagetoken.List{"console columns", v.owner(), pool}}
}
