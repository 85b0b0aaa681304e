package awsquery

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/apicore"
)

// refuseOtherProtocols refuses what is no form in a body. The protocol lets a
// client put the parameters into the address of a GET request too; addresses
// end in logs, which is no place for policies and names, and no SDK does it.
func (c *call) refuseOtherProtocols() *apicore.Error {
	if c.Request.Method != http.MethodPost {
		c.Writer.Header().Set("Allow", http.MethodPost)
		return &apicore.Error{Name: "InvalidAction", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST, and with their parameters in the body."}
	}
	media, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return &apicore.Error{Name: "InvalidAction", Message: "The Content-Type must be application/x-www-form-urlencoded."}
	}
	return nil
}

// identify finds the operation.
func (c *call) identify(parameters *node) *apicore.Error {
	t := target{parameters.textOf("Version"), parameters.textOf("Action")}
	if t.action == "" {
		return &apicore.Error{Name: "MissingAction", Message: "The parameter Action, which names the operation, is missing."}
	}
	if api := c.router.api(t.version); api != nil {
		c.api = api
	} else {
		return &apicore.Error{Name: "NoSuchVersion",
			Message: "The parameter Version names no version of an API that is here: it must be " + c.router.versions() + "."}
	}
	op, known := c.router.declared[t]
	if !known {
		return &apicore.Error{Name: "InvalidAction", Message: "There is no operation " +
			strconv.Quote(clip(t.action)) + " in version " + t.version + "."}
	}
	c.op, c.api = op, op.API
	return nil
}

func (r *Router) api(version string) *apicore.API {
	for _, op := range r.options.Operations {
		if op.API.Version == version {
			return op.API
		}
	}
	return nil
}

// versions lists the APIs for a message: 2010-05-08 (iam) or 2011-06-15 (sts).
func (r *Router) versions() string {
	var all []string
	for _, op := range r.options.Operations {
		if v := op.API.Version + " (" + op.API.Service + ")"; !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return strings.Join(all, " or ")
}
