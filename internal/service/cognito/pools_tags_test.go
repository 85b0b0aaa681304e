package cognitoservice_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPoolTags(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UserPoolTags": object{"team": "red", "cost": "7"}, "AutoVerifiedAttributes": []any{"email"}})
	arn := f.described(pool)["Arn"].(string)
	if arn != "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"+pool {
		t.Error(arn)
	}
	has := func(want object) {
		t.Helper()
		if diff := cmp.Diff(object{"Tags": want}, f.Do("ListTagsForResource", object{"ResourceArn": arn})); diff != "" {
			t.Errorf("ListTagsForResource: %s", diff)
		}
		if diff := cmp.Diff(want, f.described(pool)["UserPoolTags"]); diff != "" {
			t.Errorf("DescribeUserPool: %s", diff)
		}
	}
	has(object{"team": "red", "cost": "7"})
	if got := f.Do("TagResource", object{"ResourceArn": arn, "Tags": object{"team": "blue", "Stage": "", "stage": "live"}}); len(got) != 0 {
		t.Errorf("TagResource answers %v", got)
	}
	has(object{"team": "blue", "cost": "7", "Stage": "", "stage": "live"})
	f.Do("UntagResource", object{"ResourceArn": arn, "TagKeys": []any{"Stage", "cost", "none"}})
	has(object{"team": "blue", "stage": "live"})
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "AutoVerifiedAttributes": []any{"email"}}) // keeps the tags
	has(object{"team": "blue", "stage": "live"})
	f.Do("UntagResource", object{"ResourceArn": arn, "TagKeys": []any{"team", "stage"}})
	has(object{})
}

// TestPoolTagsKeepTheDate: tags are not settings.
func TestPoolTagsKeepTheDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		pool := f.described(f.Pool(nil))
		time.Sleep(time.Hour)
		f.Do("TagResource", object{"ResourceArn": pool["Arn"], "Tags": object{"a": "b"}})
		f.Do("UntagResource", object{"ResourceArn": pool["Arn"], "TagKeys": []any{"c"}})
		if got := f.described(pool["Id"].(string)); got["LastModifiedDate"] != pool["LastModifiedDate"] || !cmp.Equal(got["UserPoolTags"], object{"a": "b"}) {
			t.Errorf("modified at %v, created at %v, with %v", got["LastModifiedDate"], pool["LastModifiedDate"], got["UserPoolTags"])
		}
	})
}

func TestPoolTagRefusals(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UserPoolTags": object{"team": "red"}})
	arn := f.described(pool)["Arn"].(string)
	of := func(arn string) map[string]object {
		return map[string]object{"TagResource": {"ResourceArn": arn, "Tags": object{"a": "b"}}, "UntagResource": {"ResourceArn": arn, "TagKeys": []any{"team"}},
			"ListTagsForResource": {"ResourceArn": arn}}
	}
	for other, want := range map[string][2]string{
		strings.Replace(arn, pool, "us-east-1_Nowhere00", 1): {"ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."},
		strings.Replace(arn, "us-east-1:", "eu-west-1:", 1):  {"ResourceNotFoundException", "does not exist"},
		strings.Replace(arn, "000000000000", "1", 1):         {"ResourceNotFoundException", "does not exist"},
		strings.Replace(arn, "arn:aws:", "arn:aws-cn:", 1):   {"ResourceNotFoundException", "does not exist"},
		arn + "/client": {"ResourceNotFoundException", "does not exist"},
		"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/x": {"InvalidParameterException", "Only user pools have tags, and their ARNs are like"},
		"arn:aws:iam::000000000000:role/x":                               {"InvalidParameterException", "is not the ARN of a user pool"},
		pool:                                                             {"InvalidParameterException", "resourceArn"},
	} {
		for op, in := range of(other) {
			f.Refused(op, in, want[0], want[1])
		}
	}
	full := manyTags(49)
	full["team"] = "blue"
	for text, tags := range map[string]object{
		"A user pool can have 50 tags at most.":              manyTags(50), // besides the existing one
		"The tag key Aws:x begins with aws:":                 {"Aws:x": "y", "b": "c"},
		"Member must have length less than or equal to 128":  {strings.Repeat("k", 129): "y"},
		"Member must have length less than or equal to 256":  {"k": strings.Repeat("v", 257)},
		"Member must have length greater than or equal to 1": {"": "y"},
	} {
		f.Refused("TagResource", object{"ResourceArn": arn, "Tags": tags}, "InvalidParameterException", text)
	}
	if diff := cmp.Diff(object{"Tags": object{"team": "red"}}, f.Do("ListTagsForResource", object{"ResourceArn": arn})); diff != "" {
		t.Errorf("refused changes changed the tags: %s", diff)
	}
	f.Do("TagResource", object{"ResourceArn": arn, "Tags": full}) // 50 with the existing one
}
