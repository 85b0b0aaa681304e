package config

import (
	"os"
	"strings"
	"testing"
)

// TestDocsTellDefaults: the page for operators tells the defaults of what bounds a server.
func TestDocsTellDefaults(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(page)), " ")
	c := Default()
	for name, value := range map[string]int64{
		"max-connections": int64(c.MaxConnections), "max-connections-address": int64(c.MaxConnectionsAddress), "rate-unsigned": int64(c.RateUnsigned), "rate-signed": int64(c.RateSigned),
		"audit-days": int64(c.AuditDays), "audit-max-bytes": c.AuditMaxBytes, "uploads-max-bytes": c.UploadsMaxBytes,
	} {
		if told := "`" + name + "` (" + grouped(value); !strings.Contains(text, told) {
			t.Errorf("the page does not say %s", told)
		}
	}
}

// grouped writes a number with commas.
func grouped(n int64) string {
	if n < 1000 {
		return digits(n, 1)
	}
	return grouped(n/1000) + "," + digits(n%1000, 3)
}

func digits(n int64, least int) (s string) {
	for ; n > 0 || len(s) < least; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return s
}
