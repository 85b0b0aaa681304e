package console

import (
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1: "1", 999: "999", 1000: "1,000", 1204771: "1,204,771", -1234: "-1,234"} {
		if got := number(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
	if got, err := numberOf((*int32)(nil)); got != "–" || err != nil {
		t.Errorf("no number is written %q, %v", got, err)
	}
	if _, err := numberOf("1"); err == nil {
		t.Error("a text is a number")
	}
}

func TestSpans(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "1 hour", 12 * time.Hour: "12 hours", 90 * time.Minute: "90 minutes", time.Minute: "1 minute",
		2 * time.Second: "2 seconds", 1500 * time.Millisecond: "2 seconds", time.Second: "1 second", 0: "0 seconds",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 9, 5, 22, 4, 3, 0, time.UTC)
	zone, ok := zoneNamed("Asia/Kolkata")
	if !ok {
		t.Fatal("there is no zone")
	}
	const head = `<time datetime="2026-09-05T22:04:03Z" title="2026-09-05 22:04:03 UTC">`
	there := preferences{Zone: "Asia/Kolkata", zone: zone}
	utc := preferences{zone: time.UTC}
	for got, want := range map[string]string{
		string(there.Day(at)):         head + "6 Sept 2026</time>",
		string(there.When(at)):        head + "6 Sept 2026, 03:34</time>",
		string(there.Moment(at)):      head + "6 Sept 2026, 03:34:03</time>",
		string(utc.When(at)):          head + "5 Sept 2026, 22:04 UTC</time>",
		string(utc.When(time.Time{})): "–",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestCommand(t *testing.T) {
	got := command("cognito-idp", "create-user-pool", "--pool-name", "it's $(a) test", "--x", "", "--y", "a=b,c:d")
	if want := `aws cognito-idp create-user-pool --pool-name 'it'\''s $(a) test' --x '' --y a=b,c:d`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestCommandOfControls: characters that act on a terminal or change the reading order are
// written as escapes.
func TestCommandOfControls(t *testing.T) {
	for word, want := range map[string]string{
		"a\x1b[31m": `$'a\u001b[31m'`, "one\r\ntwo": `$'one\u000d\ntwo'`, "\u202egnp.exe": `$'\u202egnp.exe'`, "it's \\ \t": `$'it\'s \\ \u0009'`, "نادي": "'نادي'",
		"a\u200bb": `$'a\u200bb'`, "\U000e0041": `$'\U000e0041'`,
	} {
		if got := shell(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}

func TestStatement(t *testing.T) {
	for refusal, want := range map[string]string{
		"User: arn:aws:iam::1:user/v is not authorized to perform: cognito-idp:X on resource: arn:aws:y because no identity-based policy allows the cognito-idp:X action": "{ \"Effect\": \"Allow\",\n  \"Action\": \"cognito-idp:X\",\n  \"Resource\": \"arn:aws:y\" }",
		"User: a is not authorized to perform: b on resource: c with an explicit deny in an identity-based policy":                                                        "",
		"Roles may not be assumed by root accounts.": "",
	} {
		if got := statementFor(refusal); got != want {
			t.Errorf("%s: %s", refusal, got)
		}
	}
}

// TestAddress: every name is shown as text, and a line may break before its last @.
func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "ada": "ada", "@": "@", "@ada": "@ada", "ada@example.com": "ada<wbr>@example.com", "<b>@<i>@x": "&lt;b&gt;@&lt;i&gt;<wbr>@x", "a&b": "a&amp;b",
	} {
		if got := string(address(text)); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}
