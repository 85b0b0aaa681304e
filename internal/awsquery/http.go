package awsquery

import (
	"net/http"

	"poolhouse/internal/apicore"
)

// read returns the whole body.
func (c *call) read() ([]byte, *apicore.Error) {
	body, broken := c.Read(c.router.options.MaxBody)
	if broken == nil {
		return body, nil
	}
	switch broken.Status {
	case http.StatusRequestEntityTooLarge:
		return nil, &apicore.Error{Name: "RequestEntityTooLarge", Status: broken.Status, Message: broken.Message}
	case http.StatusRequestTimeout:
		return nil, &apicore.Error{Name: "RequestTimeout", Status: broken.Status, Message: broken.Message}
	}
	return nil, malformed(broken.Message)
}
