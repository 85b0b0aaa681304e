package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// pages are the templates, by their file names.
type pages map[string]*template.Template

// parts are the template files that all pages share.
const parts = "templates/layout.html templates/parts.html templates/jobparts.html templates/checkparts.html templates/readparts.html"

func openPages(s *static) (pages, error) {
	shared := template.New("layout").Option("missingkey=error").Funcs(template.FuncMap{
		"icon": icon, "static": s.address, "path": pathTo, "live": func(data any, v *visit) live { return live{data, v} }, "number": numberOf, "span": span,
		"table": newTable, "check": newChoice, "address": address, "capital": capital,
	})
	shared, err := shared.ParseFS(templateFiles, strings.Fields(parts)...)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	all := pages{}
	for _, file := range names {
		if strings.Contains(parts, file) {
			continue
		}
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(file), ".html")] = t
	}
	return all, nil
}

// frame is the data of the layout.
type frame struct {
	*page
	Visit *visit
	Flash *flash
}

func (p pages) render(w *bytes.Buffer, f *frame) error {
	t := p[f.Template]
	if t == nil {
		return fmt.Errorf("console: there is no template %q", f.Template)
	}
	return t.ExecuteTemplate(w, "layout", f)
}

// Name returns the middle part of the browser's title. A title cannot isolate names by
// elements, so characters that change the direction of other text are removed.
func (f *frame) Name() string { return upright(f.name()) }

func (f *frame) name() string {
	title := f.Title
	if f.Form != nil && len(f.Form.problems) > 0 {
		title = "Error: " + title
	}
	if f.Before != "" {
		title = f.Before + " – " + title
	}
	if f.About != "" {
		title += " – " + f.About
	}
	if f.Pool != nil && f.Pool.Name != f.Title {
		title += " – " + f.Pool.Name
	}
	return title
}

// Before and After are the parts of a flash around its name.
func (f *flash) Before() string { return sentence{Text: f.Text}.Before() }

// After returns the part after the name.
func (f *flash) After() string { return sentence{Text: f.Text}.After() }

// Icon returns the name of the flash's icon.
func (f *flash) Icon() string { return f.Kind }

// icons are drawings of 16 by 16. Shape and colour have the same meaning.
var icons = map[string]string{
	"menu":  `<path d="M2 4h12M2 8h12M2 12h12"/>`,
	"brand": `<ellipse cx="8" cy="4" rx="6" ry="2.5"/><path d="M2 4v8c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5V4M2 8c0 1.4 2.7 2.5 6 2.5S14 9.4 14 8"/>`,
	"user":  `<circle cx="8" cy="5" r="3"/><path d="M2 14.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5"/>`,
	"ok":    `<path d="m5 8.2 2 2 4-4.4"/><circle cx="8" cy="8" r="6.5"/>`,
	"err":   `<path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/><circle cx="8" cy="8" r="6.5"/>`,
	"warn":  `<path d="M8 2 1.6 13.5h12.8zM8 6.5v3.2m0 2v.1"/>`,
	"info":  `<circle cx="8" cy="8" r="6.5"/><path d="M8 7.5v3.7M8 4.8v.1"/>`,
	"clock": `<circle cx="8" cy="8" r="6.5"/><path d="M8 4.5V8l2.5 1.5"/>`,
	"spin":  `<path d="M8 1.5A6.5 6.5 0 1 1 1.5 8"/>`,
	"minus": `<circle cx="8" cy="8" r="6.5"/><path d="M5 8h6"/>`,
	"gone":  `<circle cx="8" cy="8" r="6.5" stroke-dasharray="3 2.1"/>`,
}

// icon returns a drawing by its name. Names come from templates and code only.
func icon(name string) (template.HTML, error) {
	drawing, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("there is no icon %q", name)
	}
	class := "icon"
	if name == "spin" {
		class += " spin"
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 16 16" aria-hidden="true">` + drawing + `</svg>`), nil
}

// column is a column of a table.
type column struct {
	Head   string
	Number bool // right-aligned
}

// table is the head of a table, for the template thead.
type table struct {
	Caption string
	Columns []column
}

// newTable returns a table's head. A name that begins with # is a column of numbers.
func newTable(caption string, names ...string) table {
	t := table{Caption: caption}
	for _, name := range names {
		head, isNumber := strings.CutPrefix(name, "#")
		t.Columns = append(t.Columns, column{head, isNumber})
	}
	return t
}

// choice is a radio button or checkbox, for the template choice.
type choice struct {
	Type, Name, Value, ID, Label, Hint string
	Checked                            bool
}

// newChoice returns a choice. kind is radio or checkbox.
func newChoice(kind, name, value, label, hint string, checked bool) choice {
	return choice{Type: kind, Name: name, Value: value, ID: name + "-" + value, Label: label, Hint: hint, Checked: checked}
}
