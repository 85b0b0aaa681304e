package sigv4

import (
	"bufio"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The access keys of AWS's published examples.
const (
	suiteKey    = "AKIDEXAMPLE"
	suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	s3Key       = "AKIAIOSFODNN7EXAMPLE"
	s3Secret    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	emptyHash   = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func at(stamp string) time.Time {
	t, err := time.Parse(timeLayout, stamp)
	if err != nil {
		panic(err)
	}
	return t
}

// keys knows one access key.
// arrived parses a request as a server reads it from the wire.
func arrived(t testing.TB, wire string) *http.Request {
	t.Helper()
	wire = strings.ReplaceAll(wire, "\n", "\r\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire + "\r\n\r\n")))
	if err != nil {
		t.Fatalf("the request is not HTTP: %v", err)
	}
	return r
}

func TestSigningKey(t *testing.T) {
	// General Reference, "Examples of how to derive a signing key".
	got := hex.EncodeToString(signingKey(suiteSecret, Scope{Date: "20120215", Region: "us-east-1", Service: "iam"}))
	if want := "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"; got != want {
		t.Errorf("signing key %s, want %s", got, want)
	}
}

// TestSuite has requests of AWS's Signature Version 4 test suite, with their
// signatures. The suite's get-utf8 and get-space are left out: they encode the path
// once, and services other than S3 encode it twice.
func TestSuite(t *testing.T) {
	cases := []struct{ name, wire, signed, signature string }{
		{"get-vanilla", "GET / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-relative", "GET /example/.. HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-slash", "GET // HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-slashes", "GET //example// HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
		{"get-slash-pointless-dot", "GET /./example HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
		{"get-vanilla-query-order-key-case", "GET /?Param2=value2&Param1=value1 HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"get-header-value-trim", "GET / HTTP/1.1\nHost: example.amazonaws.com\nMy-Header1:  value1\nMy-Header2:  \"a   b   c\"\nX-Amz-Date: 20150830T123600Z",
			"host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{"get-header-value-order", "GET / HTTP/1.1\nHost: example.amazonaws.com\nMy-Header1: value4\nMy-Header1: value1\nMy-Header1: value3\nMy-Header1: value2\nX-Amz-Date: 20150830T123600Z",
			"host;my-header1;x-amz-date", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
		{"post-vanilla", "POST / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z",
			"host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
	}
	v := &Verifier{Regions: OneRegion("us-east-1"), Service: "service", Keys: OneKey(suiteKey, suiteSecret)}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := arrived(t, c.wire+"\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "+
				"SignedHeaders="+c.signed+", Signature="+c.signature)
			got, err := v.Verify(r, nil, at("20150830T123600Z"))
			if err != nil || got.AccessKey != suiteKey {
				t.Errorf("Verify = %q, %v", got, err)
			}
		})
	}
}

// TestDocumentedExamples holds the examples of the IAM User Guide and of the
// S3 API Reference ("Signature Calculations for the Authorization Header").
func TestDocumentedExamples(t *testing.T) {
	iam := &Verifier{Regions: OneRegion("us-east-1"), Service: "iam", Keys: OneKey(suiteKey, suiteSecret)}
	s3 := &Verifier{Regions: OneRegion("us-east-1"), Service: "s3", Keys: OneKey(s3Key, s3Secret)}
	cases := []struct {
		name     string
		verifier *Verifier
		now      string
		body     string
		wire     string
	}{
		{"IAM ListUsers", iam, "20150830T123600Z", "",
			"GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost: iam.amazonaws.com\n" +
				"Content-Type: application/x-www-form-urlencoded; charset=utf-8\nX-Amz-Date: 20150830T123600Z\n" +
				"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
				"SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
		{"S3 GET object", s3, "20130524T000000Z", "",
			"GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nRange: bytes=0-9\n" +
				"x-amz-content-sha256:" + emptyHash + "\nx-amz-date: 20130524T000000Z\n" +
				"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
				"SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
				"Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
		{"S3 PUT object, time of the Date header's day", s3, "20130524T000000Z", "Welcome to Amazon S3.",
			"PUT /test$file.text HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nDate: Fri, 24 May 2013 00:00:00 GMT\n" +
				"x-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\n" +
				"x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\n" +
				"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
				"SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class," +
				"Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
		{"S3 GET bucket lifecycle", s3, "20130524T000000Z", "",
			"GET /?lifecycle HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\n" +
				"x-amz-content-sha256:" + emptyHash + "\n" +
				"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
				"SignedHeaders=host;x-amz-content-sha256;x-amz-date," +
				"Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
		{"S3 list objects", s3, "20130524T000000Z", "",
			"GET /?max-keys=2&prefix=J HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\n" +
				"x-amz-content-sha256:" + emptyHash + "\n" +
				"Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
				"SignedHeaders=host;x-amz-content-sha256;x-amz-date," +
				"Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.verifier.Verify(arrived(t, c.wire), []byte(c.body), at(c.now)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPresignedExample is the example of the S3 API Reference,
// "Authenticating Requests: Using Query Parameters".
func TestPresignedExample(t *testing.T) {
	const signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
	now := at("20130524T000000Z")
	s := Signer{AccessKey: s3Key, Secret: s3Secret, Region: "us-east-1", Service: "s3"}
	u, err := url.Parse("https://examplebucket.s3.amazonaws.com/test.txt")
	if err != nil {
		t.Fatal(err)
	}
	made, err := url.Parse(s.Presign("GET", u, nil, now, 24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if got := made.Query().Get("X-Amz-Signature"); got != signature {
		t.Errorf("Presign signs %s, want %s", got, signature)
	}
	v := &Verifier{Regions: OneRegion("us-east-1"), Service: "s3", Keys: OneKey(s3Key, s3Secret)}
	r := arrived(t, "GET "+made.RequestURI()+" HTTP/1.1\nHost: "+made.Host)
	if _, err := v.VerifyPresigned(r, now); err != nil {
		t.Error(err)
	}
}
