package awsarn

import "strings"

// Prefix is what every ARN begins with.
const Prefix = "arn:"

// Partition is the partition of all ARNs that this program builds.
const Partition = "aws"

// Parts is the number of parts of an ARN: arn, partition, service, region, account and
// resource. Only the resource may contain colons.
const Parts = 6

// ARN is an ARN in its parts (IAM User Guide, Amazon Resource Names).
type ARN struct {
	Partition string
	Service   string // the prefix of its actions: cognito-idp, iam, logs or sts
	Region    string // "" for a resource without a region
	Account   string // 12 digits, or "aws" for AWS's own policies
	Resource  string // the rest, such as userpool/us-east-1_AbCdEfGhI
}

// Parse splits an ARN at its first five colons. It does not check the parts. ok is false
// for a text with fewer parts, and for one that does not begin with "arn".
func Parse(s string) (a ARN, ok bool) {
	parts := strings.SplitN(s, ":", Parts)
	if len(parts) != Parts || parts[0]+":" != Prefix {
		return ARN{}, false
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}, true
}

// String returns the ARN in its written form.
func (a ARN) String() string {
	return Prefix + strings.Join([]string{a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// WithAccount turns an ARN of the account from into one of the account to. Any other text is
// returned unchanged.
func WithAccount(text, from, to string) string {
	a, ok := Parse(text)
	if !ok || a.Account != from {
		return text
	}
	a.Account = to
	return a.String()
}

// Entity splits the resource of an ARN of IAM into kind, path and name (IAM User Guide,
// IAM ARNs). The kind is such as user, role or policy. The path begins and ends with a
// slash. It is "" for a resource without a slash, such as root.
func (a ARN) Entity() (kind, path, name string) {
	kind, rest, found := strings.Cut(a.Resource, "/")
	if !found {
		return kind, "", ""
	}
	at := strings.LastIndexByte(rest, '/') + 1
	return kind, "/" + rest[:at], rest[at:]
}

// Kind returns the text of the resource before its first slash.
func (a ARN) Kind() string {
	kind, _, _ := a.Entity()
	return kind
}

// Name returns the text of the resource after its last slash, "" if it has no slash.
func (a ARN) Name() string {
	_, _, name := a.Entity()
	return name
}
