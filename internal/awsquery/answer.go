package awsquery

import (
	"fmt"
	"net/http"
	"strconv"

	"poolhouse/internal/apicore"
)

// answerXML writes the answer of an operation. The output goes by JSON, whose
// form the types of the APIs have, to values that its shape can be laid over.
func answerXML(op apicore.OperationInfo, out any, id string) ([]byte, error) {
	e := &encoder{names: names(op.API.Names)}
	e.begin(op.Name+"Response", op.API)
	if op.Output != nil {
		value, err := apicore.Plain(out)
		if err != nil {
			return nil, err
		}
		if err := e.result(op, value); err != nil {
			return nil, fmt.Errorf("the answer of %s: %w", op.Name, err)
		}
	}
	e.WriteString("<ResponseMetadata>")
	e.text("RequestId", id)
	e.WriteString("</ResponseMetadata></" + op.Name + "Response>")
	return e.Bytes(), nil
}

func (e *encoder) result(op apicore.OperationInfo, value any) error {
	if op.Result == "" {
		return e.content(op.Output, value)
	}
	return e.element(op.Result, func() error { return e.content(op.Output, value) })
}

// errorXML writes an error. Its type says whose fault it is.
func errorXML(api *apicore.API, fail *apicore.Error, id string) []byte {
	e := &encoder{}
	e.begin("ErrorResponse", api)
	e.WriteString("<Error>")
	fault := "Sender"
	if fail.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	e.text("Type", fault)
	e.text("Code", fail.Name)
	e.text("Message", fail.Message)
	e.WriteString("</Error>")
	e.text("RequestId", id)
	e.WriteString("</ErrorResponse>")
	return e.Bytes()
}

// WriteInternalError answers a request with that id that no dispatcher came to
// answer, in the namespace of an API.
func WriteInternalError(w http.ResponseWriter, api *apicore.API, id string) {
	e := &apicore.Error{Name: codes[apicore.Internal], Message: "Internal error.", Status: http.StatusInternalServerError}
	body := errorXML(api, e, id)
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have gone
}
