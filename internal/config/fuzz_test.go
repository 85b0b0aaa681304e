package config

import (
	"strings"
	"testing"
)

// FuzzSettings: a settings file is read, or refused with one of our sentences. What
// is shown of its URLs has no password.
func FuzzSettings(f *testing.F) {
	for _, text := range []string{
		"", "# only a comment\n", "listen: 127.0.0.1:0\nimport-max-rows: 1000000\n", "region: [us-east-1, eu-west-1]\n", "import-failed-share: .nan\n",
		"database: postgres://u:secret-word@h/d?password=secret-word\n", "uploads: s3://secret-word:secret-word@b\n", "import-takeover: 99999999h\n",
		"listen: a\nlisten: b\n", "unknown: 1\n", "a: &a [*a]\n", "---\n---\n", "data: !!binary QQ==\n", "max-connections: 1e3\n", "public-url: http://u:secret-word@h/\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := Default()
		err := c.decode(strings.NewReader(text))
		if err == nil {
			err = c.Check()
		}
		if err != nil {
			if err.Error() == "" {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		for _, shown := range []string{c.DatabaseName(), c.UploadsName()} {
			if user, _, has := strings.Cut(strings.TrimPrefix(shown, "postgres://"), "@"); has && strings.Contains(user, ":") && !strings.Contains(user, "/") {
				t.Errorf("%q is shown as %q", text, shown)
			}
		}
		if c.Data == "" || c.ImportMaxRows < 1 || !(c.ImportFailedShare > 0) || c.MaxConnections < MinConnections || c.ImportTakeover < minTakeover {
			t.Errorf("%q is taken: %+v", text, c)
		}
	})
}

// FuzzSealingKey: a key has its 32 bytes, and what is said of one that is none does
// not repeat it.
func FuzzSealingKey(f *testing.F) {
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	f.Add(" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n")
	f.Add("short-word-of-a-key")
	f.Add("====")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := parseSealingKey("SOURCE", text)
		switch {
		case err == nil && len(key) != sealingKeySize, err != nil && key != nil:
			t.Errorf("%q: a key of %d bytes, %v", text, len(key), err)
		case err != nil && err.Error() != "SOURCE is not 32 bytes in base64; a good key is what openssl rand -base64 32 prints":
			t.Errorf("%q: %v", text, err)
		}
	})
}

// FuzzCredentialsFile: credentials that are written are read again, each a line without
// spaces around it. What is said of a file without them does not repeat it.
func FuzzCredentialsFile(f *testing.F) {
	f.Add("PHIAAAAA", "s/+=")
	f.Add("[poolhouse]", "aws_secret_access_key = x")
	f.Add("a\nb", "")
	f.Fuzz(func(t *testing.T, id, secret string) {
		text := "[other]\naws_access_key_id = other\n[poolhouse]\naws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
		got, err := parseCredentials("FILE", strings.NewReader(text))
		if err == nil && (strings.Contains(got.AccessKeyID+got.Secret, "\n") || got.AccessKeyID == "" || got.Secret == "") {
			t.Errorf("%q gives %+v", text, got)
		}
		if err != nil && err.Error() != "FILE has no profile [poolhouse] with aws_access_key_id and aws_secret_access_key" {
			t.Errorf("%q: %v", text, err)
		}
		plain := func(s string) bool { return s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "\r\n") }
		if plain(id) && plain(secret) && len(text) < 60_000 && (err != nil || got != Credentials{id, secret}) {
			t.Errorf("%q gives %+v, %v", text, got, err)
		}
	})
}
