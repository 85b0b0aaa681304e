package awsquery

import (
	"net/http"

	"poolhouse/internal/awsjson"
)

// read returns the whole body.
func (c *call) read() ([]byte, *awsjson.Error) {
	body, broken := c.Read(c.router.options.MaxBody)
	if broken == nil {
		return body, nil
	}
	switch broken.Status {
	case http.StatusRequestEntityTooLarge:
		return nil, &awsjson.Error{Name: "RequestEntityTooLarge", Status: broken.Status, Message: broken.Message}
	case http.StatusRequestTimeout:
		return nil, &awsjson.Error{Name: "RequestTimeout", Status: broken.Status, Message: broken.Message}
	}
	return nil, malformed(broken.Message)
}
