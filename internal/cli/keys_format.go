package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"poolhouse/internal/plaintext"
)

// keyFormat is the form in which a new access key is printed.
type keyFormat string

// The forms: for people, for eval in a shell, as aws iam create-access-key prints a key,
// and as a profile of the AWS credentials file.
const (
	keyText        keyFormat = "text"
	keyEnv         keyFormat = "env"
	keyJSON        keyFormat = "json"
	keyCredentials keyFormat = "credentials"
)

// String, Set and Type implement a flag's value.
func (f *keyFormat) String() string { return string(*f) }

// Set accepts the name of a form.
func (f *keyFormat) Set(name string) error {
	switch *f = keyFormat(name); *f {
	case keyText, keyEnv, keyJSON, keyCredentials:
		return nil
	}
	return fmt.Errorf("must be text, env, json or credentials")
}

// Type is the placeholder of the value in help texts.
func (f *keyFormat) Type() string { return "form" }

// print writes the key with its secret.
func (f keyFormat) print(w io.Writer, cfg aws.Config, key *types.AccessKey) (err error) {
	user, id, secret := aws.ToString(key.UserName), aws.ToString(key.AccessKeyId), aws.ToString(key.SecretAccessKey)
	switch f {
	case keyEnv:
		return printExports(w, aws.ToString(cfg.BaseEndpoint), cfg.Region, id, secret)
	case keyJSON:
		return printKeyJSON(w, key)
	case keyCredentials:
		for _, part := range [][2]string{{"the user's name", user}, {"the access key id", id}, {"the secret access key", secret}} {
			if err := checkShown(part[0], part[1]); err != nil {
				return err
			}
		}
		if strings.ContainsAny(user, "[]") {
			return fmt.Errorf("the user's name %q has a bracket and cannot be the name of a profile; choose another form with --format", user)
		}
		err = plaintext.Printf(w, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", user, id, secret)
	default:
		err = plaintext.Printf(w, "user               %s\naccess key id      %s\nsecret access key  %s\nThe secret is not shown again.\n", user, id, secret)
	}
	return err
}

func printKeyJSON(w io.Writer, key *types.AccessKey) error {
	type accessKey struct {
		UserName, AccessKeyId, Status, SecretAccessKey string
		CreateDate                                     time.Time
	}
	out := struct{ AccessKey accessKey }{accessKey{aws.ToString(key.UserName), aws.ToString(key.AccessKeyId), string(key.Status),
		aws.ToString(key.SecretAccessKey), aws.ToTime(key.CreateDate)}}
	e := json.NewEncoder(w)
	e.SetIndent("", "    ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
