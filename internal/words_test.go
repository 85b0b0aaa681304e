package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hardWords are words that make a reader read a sentence twice, each with what to write
// in its place. docs/glossary.md has the words that the project uses for its things.
var hardWords = []struct {
	words *hardWord
	write string
}{
	{words("whoever", "whomever", "somebody", "nobody", "anybody", "everybody"), `the role: "the caller", "the operator", "no other server"`},
	{words("whatever"), `"any … that" or "everything that"`},
	{words("of which", "of whom", "whom"), "two sentences, or the noun again"},
	{words("but for", "save for", "save what", "save that"), `"except"`},
	{words("anew"), `"again" or "a new …"`},
	{words("is to be said", "are to be said"), "what is said"},
	{words("hopeful", "hopefully"), `"optimistic"`},
	{words("raced"), `"conflicted"`},
	{words("thereof", "therein", "thereby", "whereby", "wherein", "whereof", "lest", "henceforth"), "a sentence of its own"},
}

// mostWords is the length of a sentence that a reader can take in at once.
const mostWords = 35

// hardWord is a rule for some words.
type hardWord struct {
	lasts []string // the last word of each, which is in every text that has it
	all   *regexp.Regexp
}

// words matches any of the words, in any case.
func words(list ...string) *hardWord {
	h := &hardWord{all: regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(strings.Join(list, "|"), " ", `\s+`) + `)\b`)}
	for _, word := range list {
		h.lasts = append(h.lasts, word[strings.LastIndexByte(word, ' ')+1:])
	}
	return h
}

// in returns where a text has the words. lower is the text in lower case.
func (h *hardWord) in(text, lower string) []string {
	if !slices.ContainsFunc(h.lasts, func(word string) bool { return strings.Contains(lower, word) }) {
		return nil
	}
	return h.all.FindAllString(text, -1)
}

// TestPlainWords: comments, messages and documents have no hard words and no sentence that
// is too long.
func TestPlainWords(t *testing.T) {
	texts := 0
	for _, root := range []string{"cmd", "internal", "e2e", "tools", "docs", "examples", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Makefile"} {
		eachText(t, root, func(text prose) {
			texts++
			for _, problem := range text.problems() {
				t.Errorf("%s:%d: %s", text.file, text.line, problem)
			}
		})
	}
	if texts < 1000 {
		t.Errorf("only %d texts were found", texts)
	}
}

// TestHardWordsAreSeen: the rules find hard words and long sentences.
func TestHardWordsAreSeen(t *testing.T) {
	for text, want := range map[string]int{
		"The caller waits.":                            0,
		"Whoever calls waits.":                         1,
		"The rows of\nwhich it is known are counted.":  1,
		"All files but for the last, whatever it has.": 2,
		strings.Repeat("word ", mostWords) + "more.":   1,
		strings.Repeat("Word. ", mostWords) + "More.":  0,
	} {
		if got := (prose{text: text}).problems(); len(got) != want {
			t.Errorf("%q has %q, want %d", text, got, want)
		}
	}
}

// prose is a text that people read.
type prose struct {
	file    string
	line    int
	text    string
	message bool // a log line, an error or a help text; its sentences may have any length
}

// problems returns what makes the text hard to read.
func (p prose) problems() (problems []string) {
	lower := strings.ToLower(p.text)
	for _, hard := range hardWords {
		for _, found := range hard.words.in(p.text, lower) {
			problems = append(problems, fmt.Sprintf("%q; write %s", strings.Join(strings.Fields(found), " "), hard.write))
		}
	}
	if p.message || len(strings.Fields(p.text)) <= mostWords {
		return problems
	}
	for _, sentence := range sentenceEnd.Split(p.text, -1) {
		if n := len(strings.Fields(sentence)); n > mostWords {
			problems = append(problems, fmt.Sprintf("a sentence has %d words, more than %d; make two of it: %q", n, mostWords, strings.Join(strings.Fields(sentence), " ")))
		}
	}
	return problems
}

var sentenceEnd = regexp.MustCompile(`[.!?:][)"'*_]*\s+|\n\s*(?:\n|[-*#|]|\d+\.)|\|`)

// eachText calls f with the comments and messages of Go files, the lines of templates,
// scripts and Makefiles, and the paragraphs
// of documents. root is a folder or a file of the project.
func eachText(t *testing.T, root string, f func(prose)) {
	err := filepath.WalkDir(filepath.Join("..", root), func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(filepath.ToSlash(path), "../")
		switch {
		case os.IsNotExist(err):
			return nil
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_gen.go"), strings.HasSuffix(name, "internal/words_test.go"):
			return nil
		case strings.HasSuffix(name, ".go"):
			return goTexts(path, name, f)
		case strings.HasSuffix(name, ".md"):
			return documentTexts(path, name, f)
		case strings.HasSuffix(name, ".html"), strings.HasSuffix(name, ".sh"), d.Name() == "Makefile":
			return lineTexts(path, name, f)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// goTexts calls f with the comments of a Go file, and with the string literals of a
// file that is not a test.
func goTexts(path, name string, f func(prose)) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, group := range file.Comments {
		f(prose{file: name, line: files.Position(group.Pos()).Line, text: withoutCode(group.Text())})
	}
	if strings.HasSuffix(name, "_test.go") {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				f(prose{file: name, line: files.Position(lit.Pos()).Line, text: text, message: true})
			}
		}
		return true
	})
	return nil
}

// withoutCode removes the indented lines of a comment.
func withoutCode(comment string) string {
	lines := strings.Split(comment, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "\t") }), "\n")
}

// documentTexts calls f with the paragraphs of a document, except code blocks.
func documentTexts(path, name string, f func(prose)) error {
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	paragraph, begins, fenced := "", 1, false
	end := func(next int) {
		if strings.TrimSpace(paragraph) != "" {
			f(prose{file: name, line: begins, text: paragraph})
		}
		paragraph, begins = "", next
	}
	for i, line := range strings.Split(string(document), "\n") {
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			fenced = !fenced
			end(i + 2)
		case fenced, strings.HasPrefix(line, "    "), strings.TrimSpace(line) == "":
			end(i + 2)
		default:
			paragraph += line + "\n"
		}
	}
	end(0)
	return nil
}

// lineTexts calls f with each line of a page's template, a script or a Makefile.
func lineTexts(path, name string, f func(prose)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(text), "\n") {
		f(prose{file: name, line: i + 1, text: line, message: true})
	}
	return nil
}
