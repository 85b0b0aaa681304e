package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestTranslatedPatterns compares the translations with the meaning of the patterns.
func TestTranslatedPatterns(t *testing.T) {
	cases := []struct {
		source      string
		good, wrong []string
	}{
		{`^[0-9A-Za-z\.\-_]*(?<!\.)$`, // no dot at the end
			[]string{"", "a", "my-bucket.logs_1", "..a", "-"}, []string{"a.", ".", "a/b", "é", "a\n"}},
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, []string{"/", "/a/", "/a/b!~/"}, []string{"", "a", "/a", "/a b/", "/é/"}},
		{`\u002F[\u0021-\u007F]*`, []string{"/", "/a", "/\u007f"}, []string{"", "a", "/ ", "/\u0080"}},
		{`[\u0020-\u00FF]+`, []string{"a b", "é", "ÿ"}, []string{"", "\n", "Ā"}},
		{`[\u0009\u000A\u000D\u0020-\u00FF]+`, []string{"{\r\n\t}", "ÿ"}, []string{"", "\x00", "\x0b", "Ā"}},
		{`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`, []string{"", "a\n", "¡", "ÿ"}, []string{"\u007f", "\u00a0", "Ā"}},
		{`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`,
			[]string{"arn:aws:iam::1:role/r", "\u0085", "日本", "\U00010000", "\U0010ffff"}, []string{"", "\x00", "\u007f", "\u0084", "\uffff"}},
	}
	if len(cases) != len(re2) {
		t.Errorf("%d of %d translations are tested", len(cases), len(re2))
	}
	for _, c := range cases {
		translated := regexp.MustCompile(`\A(?:` + re2[c.source] + `)\z`)
		for _, text := range c.good {
			if !translated.MatchString(text) {
				t.Errorf("%s refuses %q", c.source, text)
			}
		}
		for _, text := range c.wrong {
			if translated.MatchString(text) {
				t.Errorf("%s accepts %q", c.source, text)
			}
		}
	}
}

func TestQueryModelsThatCannotBeExpressed(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(*model)
		want  string
	}{
		{"no version", func(m *model) { m.Metadata.APIVersion = "" }, "lack the apiVersion"},
		{"no namespace", func(m *model) { m.Metadata.XMLNamespace = "" }, "the xmlNamespace"},
		{"an error without a code", func(m *model) { m.Shapes["GoneException"] = shape{Type: "structure"} }, "GoneException has no code"},
		{"another's fault", func(m *model) { m.Shapes["GoneException"].Error.SenderFault = false }, "GoneException has the HTTP status 404 and senderFault false"},
		{"one name for two types", func(m *model) { m.Shapes["Inner"] = shape{Type: "structure"} }, "Inner and inner would be one Go type"},
		{"an input that is not there", func(m *model) { m.Operations["X"] = operation{Input: ref{Shape: "Lost"}} }, "the input of X"},
	}
	for _, c := range cases {
		m := read(t, "testdata/query.json")
		c.spoil(m)
		if err := m.check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
