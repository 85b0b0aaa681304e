package userpool

import (
	"strings"
	"testing"
)

func TestPasswordPolicy(t *testing.T) {
	all, long := DefaultPasswordPolicy(), PasswordPolicy{MinimumLength: 6}
	tests := []struct {
		policy         PasswordPolicy
		password, want string
	}{
		{all, "P@ssw0rd", ""}, {all, "P@ss w0rd", ""}, {all, "Passw0rd-", ""}, {all, "Passw0 rd", ""}, {all, "Pass`w0rd", ""}, {all, `Pass\w0rd`, ""},
		{all, "P@ssw0r", "Password not long enough"}, {all, "", "Password not long enough"},
		{all, "p@ssw0rd", "Password must have uppercase characters"}, {all, "P@SSW0RD", "Password must have lowercase characters"},
		{all, "P@ssword", "Password must have numeric characters"}, {all, "Passw0rd", "Password must have symbol characters"},
		{all, " Passw0rd ", "Password must have symbol characters"}, {all, "Passw0rd€", "Password must have symbol characters"},
		// Only Basic Latin letters count.
		{all, "É@ssw0rd", "Password must have uppercase characters"}, {all, "P@SSW0RDß", "Password must have lowercase characters"},
		{all, "P@sswörd٣", "Password must have numeric characters"}, {all, "P@ssw0rdÉß", ""},
		{long, "aaaaaa", ""}, {long, "éééééé", ""}, {long, "ééééé", "Password not long enough"}, {PasswordPolicy{}, "", ""},
	}
	for _, tt := range tests {
		err := tt.policy.Check(tt.password)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q is refused: %v", tt.password, err)
		case tt.want != "" && (err == nil || KindOf(err) != InvalidPassword || !strings.HasSuffix(err.Error(), ": "+tt.want)):
			t.Errorf("%q: got %v, want %s", tt.password, err, tt.want)
		case err != nil && tt.password != "" && strings.Contains(err.Error(), tt.password):
			t.Errorf("the message repeats the password: %v", err)
		}
	}
}
