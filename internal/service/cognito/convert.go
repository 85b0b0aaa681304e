package cognitoservice

import (
	"encoding/json"
	"fmt"
)

// convert makes a To of the members that a From has in common with it by
// name. It is for the many settings that the API takes and returns in the
// same form.
func convert[To any](from any) (to To, err error) {
	data, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(data, &to)
	}
	if err != nil {
		err = fmt.Errorf("service: a %T does not fit a %T: %w", from, to, err)
	}
	return to, err
}
