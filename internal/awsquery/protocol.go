package awsquery

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// Protocol reads and writes the calls of one or more APIs. It implements
// [dispatch.Protocol]. It does not answer the preflight requests of browsers: the
// services with this protocol do not allow them.
type Protocol struct {
	operations []apicore.OperationInfo
	targets    map[target]*apicore.OperationInfo
}

// target is how a request names its operation.
type target struct{ version, action string }

// New returns the protocol of the given operations, including those without a handler.
// It panics without operations: the first one supplies the namespace of early errors.
func New(operations ...apicore.OperationInfo) *Protocol {
	if len(operations) == 0 {
		panic("awsquery: the protocol needs the operations of an API")
	}
	p := &Protocol{operations: operations, targets: map[target]*apicore.OperationInfo{}}
	for i := range operations {
		p.targets[target{operations[i].API.Version, operations[i].Name}] = &operations[i]
	}
	return p
}

// Operations returns the operations of the protocol.
func (p *Protocol) Operations() []apicore.OperationInfo { return p.operations }

// ContentType returns the media type of answers.
func (p *Protocol) ContentType() string { return "text/xml" }

// Name returns the code of the error for a reason.
func (p *Protocol) Name(r apicore.Reason) string { return codes[r] }

// Common reports whether every operation may return an error code, and its HTTP status.
func (p *Protocol) Common(code string) (status int, ok bool) {
	i := slices.IndexFunc(common, func(e apicore.ErrorInfo) bool { return e.Code == code })
	if i < 0 {
		return 0, false
	}
	return common[i].Status, true
}

// Open returns the message of a request.
func (p *Protocol) Open(w http.ResponseWriter, r *http.Request) dispatch.Message {
	return &message{protocol: p, request: r, answer: w.Header(), api: p.operations[0].API}
}

// message is one request and its answer.
type message struct {
	protocol   *Protocol
	request    *http.Request
	answer     http.Header
	api        *apicore.API // supplies the namespace of the answer; the first API until Body finds the right one
	op         *apicore.OperationInfo
	parameters *node
}

// Head refuses a request that is not a form in the body of a POST. The protocol also
// allows the parameters in the address of a GET request, but no SDK sends them there.
// Logs record addresses, and policies and names do not belong in logs.
func (m *message) Head() (*apicore.OperationInfo, error) {
	if m.request.Method != http.MethodPost {
		m.answer.Set("Allow", http.MethodPost)
		return nil, &apicore.Error{Name: "InvalidAction", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST, and with their parameters in the body."}
	}
	media, _, err := mime.ParseMediaType(m.request.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, &apicore.Error{Name: "InvalidAction", Message: "The Content-Type must be application/x-www-form-urlencoded."}
	}
	return nil, nil
}

// Body reads the form and finds the operation.
func (m *message) Body(body []byte) (op *apicore.OperationInfo, err error) {
	if m.parameters, err = parse(string(body)); err != nil {
		return nil, err
	}
	t := target{m.parameters.textOf("Version"), m.parameters.textOf("Action")}
	if t.action == "" {
		return nil, &apicore.Error{Name: "MissingAction", Message: "The parameter Action, which names the operation, is missing."}
	}
	api := m.protocol.api(t.version)
	if api == nil {
		return nil, &apicore.Error{Name: "NoSuchVersion",
			Message: "The parameter Version must be " + m.protocol.versions() + "."}
	}
	m.api, m.op = api, m.protocol.targets[t]
	if m.op == nil {
		return nil, &apicore.Error{Name: "InvalidAction", Message: "There is no operation " +
			strconv.Quote(clip(t.action)) + " in version " + t.version + "."}
	}
	return m.op, nil
}

// Decode reads the operation's input from the parameters, checks it, and binds it to
// the request type.
func (m *message) Decode(in any, only []string) error {
	if m.op.Input == nil {
		return nil
	}
	clean, err := readInput(m.op, m.parameters, only)
	if err != nil {
		return err
	}
	return apicore.Bind(clean, in)
}

// Encode writes the answer.
func (m *message) Encode(out any, requestID string) ([]byte, error) {
	return answerXML(*m.op, out, requestID)
}

// Fail writes an error.
func (m *message) Fail(_ http.Header, e *apicore.Error, requestID string) []byte {
	return errorXML(m.api, e, requestID)
}

func (p *Protocol) api(version string) *apicore.API {
	for _, op := range p.operations {
		if op.API.Version == version {
			return op.API
		}
	}
	return nil
}

// versions lists the APIs for a message: 2010-05-08 (iam) or 2011-06-15 (sts).
func (p *Protocol) versions() string {
	var all []string
	for _, op := range p.operations {
		if v := op.API.Version + " (" + op.API.Service + ")"; !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return strings.Join(all, " or ")
}

// names are the names of shapes on the wire. The methods return the protocol's default
// for a shape without one.
type names apicore.Names

// member returns the wire name of a structure's member. A flattened list has only the
// name of its elements.
func (n names) member(s *apicore.Shape, m apicore.Member) string {
	if wire := n[m.Shape]; wire.Flattened && m.Shape.Type == apicore.List && wire.Element != "" {
		return wire.Element
	}
	return orDefault(n[s].Members[m.Name], m.Name)
}

func (n names) element(list *apicore.Shape) string  { return orDefault(n[list].Element, "member") }
func (n names) key(entries *apicore.Shape) string   { return orDefault(n[entries].Key, "key") }
func (n names) value(entries *apicore.Shape) string { return orDefault(n[entries].Element, "value") }

func orDefault(name, standard string) string {
	if name == "" {
		return standard
	}
	return name
}
