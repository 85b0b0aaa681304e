package awsquery

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/apicore"
)

const (
	open  = `<DoResponse xmlns="https://test.example/doc/2026-01-01/">`
	close = `<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>`
)

func TestAnswers(t *testing.T) {
	at := apicore.Time{Time: time.UnixMilli(1435360126035)}
	number, big, no := int32(7), int64(math.MinInt64), false
	cases := []struct {
		name   string
		answer thing
		want   string
	}{
		{"nothing", thing{}, "<DoResult/>"},
		{"scalars in the order of the model",
			thing{Flag: &no, Big: &big, Number: &number, Renamed: "r", Name: "n", When: at, Data: []byte{0, 1, 2}},
			"<DoResult><Name>n</Name><Other>r</Other><Number>7</Number><Big>-9223372036854775808</Big>" +
				"<Flag>false</Flag><When>2015-06-26T23:08:46.035Z</When><Data>AAEC</Data></DoResult>"},
		{"whole seconds, another zone", thing{When: apicore.Time{Time: time.Unix(1435360126, 0).In(time.FixedZone("", 3600))}},
			"<DoResult><When>2015-06-26T23:08:46Z</When></DoResult>"},
		{"signs of XML", thing{Name: "<a href=\"x\">&'\r\n\t]]></a>"},
			"<DoResult><Name>&lt;a href=&#34;x&#34;&gt;&amp;&#39;&#xD;&#xA;&#x9;]]&gt;&lt;/a&gt;</Name></DoResult>"},
		{"what XML cannot hold", thing{Name: "a\x00b\x0b\ufffe\xffé😀"}, "<DoResult><Name>a\ufffdb\ufffd\ufffd\ufffdé😀</Name></DoResult>"},
		{"an empty structure", thing{Inner: &inner{}}, "<DoResult><Inner><Text/></Inner></DoResult>"},
		{"empty lists and maps", thing{List: []string{}, Flat: []int32{}, Map: map[string]inner{}, FlatMap: map[string]string{}},
			"<DoResult><List/><Map/></DoResult>"},
		{"lists", thing{List: []string{"a", ""}, Items: []string{"b"}, Flat: []int32{1, 2}, Entries: []inner{{Text: "c"}, {Text: "d"}}},
			"<DoResult><List><member>a</member><member/></List><Items><item>b</item></Items><Flat>1</Flat><Flat>2</Flat>" +
				"<Entry><Text>c</Text></Entry><Entry><Text>d</Text></Entry></DoResult>"},
		{"a list of lists", thing{Matrix: [][]string{{"a"}, {}}},
			"<DoResult><Matrix><member><member>a</member></member><member/></Matrix></DoResult>"},
		{"maps in the order of their keys", thing{Map: map[string]inner{"b": {Text: "2"}, "a&": {Text: "1"}}, FlatMap: map[string]string{"d": "4", "c": ""}},
			"<DoResult><Map><entry><key>a&amp;</key><value><Text>1</Text></value></entry><entry><key>b</key><value><Text>2</Text></value></entry></Map>" +
				"<FlatMap><Name>c</Name><Text/></FlatMap><FlatMap><Name>d</Name><Text>4</Text></FlatMap></DoResult>"},
	}
	for _, c := range cases {
		got, err := answerXML(opDo.OperationInfo, &c.answer, "id-1")
		if want := open + c.want + close; err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", c.name, err, got, want)
		}
		wellFormed(t, got)
	}
}

// wellFormed parses a text with encoding/xml to its end.
func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(text)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
	}
}

func TestAnswersWithoutResult(t *testing.T) {
	cases := []struct {
		op   apicore.OperationInfo
		out  any
		want string
	}{
		{opBare.OperationInfo, &inner{Text: "x"}, `<BareResponse xmlns="https://test.example/doc/2026-01-01/"><Text>x</Text>` +
			`<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></BareResponse>`},
		{opDrop.OperationInfo, &apicore.Empty{}, `<DropResponse xmlns="https://test.example/doc/2026-01-01/">` +
			`<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DropResponse>`},
	}
	for _, c := range cases {
		if got, err := answerXML(c.op, c.out, "id-1"); err != nil || string(got) != c.want {
			t.Errorf("%v\n got %s\nwant %s", err, got, c.want)
		}
	}
}

// TestAnswersThatDoNotFit: a handler's value that does not fit the shape of the output
// is an error.
func TestAnswersThatDoNotFit(t *testing.T) {
	for _, out := range []any{
		map[string]any{"List": "x"},
		map[string]any{"Inner": []string{"x"}},
		map[string]any{"List": map[string]string{}},
		map[string]any{"Flat": []any{nil}},
		map[string]any{"When": 1e300},
		map[string]any{"Name": make(chan int)},
		[]string{"x"},
	} {
		if got, err := answerXML(opDo.OperationInfo, out, "id-1"); err == nil {
			t.Errorf("%v: %s", out, got)
		}
	}
}
