package iam

import "testing"

func TestNamesAccount(t *testing.T) {
	const from, to = "111111111111", "222222222222"
	document := func(member, text string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","` + member + `":` + text + `}]}`
	}
	for text, want := range map[string]bool{
		document("Resource", `"*"`):                                                    false,
		document("Resource", `"arn:aws:iam::222222222222:role/x"`):                     false,
		document("Resource", `"arn:aws:iam::*:role/x"`):                                false,
		document("Resource", `"arn:aws:iam::111111111111:role/x"`):                     true,
		document("Resource", `["*","arn:aws:iam::1111\u0031\u0031111111:role/x"]`):     true,
		document("Resource", `"arn:aws:iam::11111111111?:role/x"`):                     true,
		document("Resource", `"arn:aws:iam::1*"`):                                      true,
		document("Resource", `"arn:aws:iam::????????????:role/x"`):                     false,
		document("Resource", `"arn:aws:iam::3*:role/x"`):                               false,
		document("Resource", `"arn:aws:logs:*:222222222222:log-group:1111111111111"`):  false, // 13 digits
		document("Principal", `{"AWS":"111111111111"}`):                                true,
		document("Principal", `{"Service":"cognito-idp.amazonaws.com"}`):               false,
		document("Condition", `{"StringEquals":{"aws:SourceAccount":"111111111111"}}`): true,
		document("Condition", `{"StringEquals":{"aws:SourceAccount":111111111111}}`):   true,
		document("Condition", `{"StringLike":{"aws:PrincipalAccount":"11*"}}`):         true,
		document("Condition", `{"StringLike":{"aws:PrincipalAccount":"*"}}`):           false,
		document("Condition", `{"StringEquals":{"111111111111":"x"}}`):                 true,
		`{"Version":`: true,
		``:            true,
	} {
		if got := NamesAccount(text, from, to); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
