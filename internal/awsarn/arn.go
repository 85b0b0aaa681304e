package awsarn

import "strings"

// Prefix is what every ARN begins with.
const Prefix = "arn:"

// Partition is the partition of all ARNs that this program builds.
const Partition = "aws"

// Parts is how many parts an ARN has: arn, partition, service, region, account
// and resource. The last may contain colons.
const Parts = 6

// ARN is an ARN in its parts (IAM User Guide, Amazon Resource Names).
type ARN struct {
	Partition string
	Service   string // as actions begin: cognito-idp, iam, logs or sts
	Region    string // "" of what is in no region
	Account   string // 12 digits, or "aws" of policies that are AWS's own
	Resource  string // all that follows, like userpool/us-east-1_AbCdEfGhI
}

// Parse splits an ARN at its first five colons. It does not look at what the
// parts are; ok is false for a text that has not all of them, or that does not
// begin with "arn".
func Parse(s string) (a ARN, ok bool) {
	parts := strings.SplitN(s, ":", Parts)
	if len(parts) != Parts || parts[0]+":" != Prefix {
		return ARN{}, false
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}, true
}

// String returns the ARN as it is written.
func (a ARN) String() string {
	return Prefix + strings.Join([]string{a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Moved returns an ARN of the account from as one of the account to. Any other text stays
// as it is.
func Moved(text, from, to string) string {
	a, ok := Parse(text)
	if !ok || a.Account != from {
		return text
	}
	a.Account = to
	return a.String()
}

// Entity splits the resource of an ARN of IAM into what it is, like user, role
// or policy, its path, which begins and ends with a slash, and its name (IAM User
// Guide, IAM ARNs). The path of a resource without a slash, like root, is "".
func (a ARN) Entity() (kind, path, name string) {
	kind, rest, found := strings.Cut(a.Resource, "/")
	if !found {
		return kind, "", ""
	}
	at := strings.LastIndexByte(rest, '/') + 1
	return kind, "/" + rest[:at], rest[at:]
}

// Kind returns what the resource is: the text before its first slash.
func (a ARN) Kind() string {
	kind, _, _ := a.Entity()
	return kind
}

// Name returns the resource's name: the text behind its last slash, "" if it has
// none.
func (a ARN) Name() string {
	_, _, name := a.Entity()
	return name
}
