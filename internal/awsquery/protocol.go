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

// Protocol reads and writes the calls of the operations of some APIs. It
// implements [dispatch.Protocol]. It has no answer for the preflight requests
// of browsers: the services it is for allow none.
type Protocol struct {
	operations []apicore.OperationInfo
	targets    map[target]*apicore.OperationInfo
}

// target is what a request names its operation by.
type target struct{ version, action string }

// New returns the protocol of all operations that APIs declare, served or not.
// It panics without operations, which have the namespace of its errors.
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

// Name returns the code of the error that tells of a reason.
func (p *Protocol) Name(r apicore.Reason) string { return codes[r] }

// Common tells whether every operation may answer a code, and with which HTTP
// status.
func (p *Protocol) Common(code string) (status int, ok bool) {
	i := slices.IndexFunc(common, func(e apicore.ErrorInfo) bool { return e.Code == code })
	if i < 0 {
		return 0, false
	}
	return common[i].Status, true
}

// Open begins with a request.
func (p *Protocol) Open(w http.ResponseWriter, r *http.Request) dispatch.Message {
	return &message{protocol: p, request: r, answer: w.Header(), api: p.operations[0].API}
}

// message is one request and its answer.
type message struct {
	protocol   *Protocol
	request    *http.Request
	answer     http.Header
	api        *apicore.API // whose namespace the answer has: the first until it is known
	op         *apicore.OperationInfo
	parameters *node
}

// Head refuses what is no form in a body. The protocol lets a client put the
// parameters into the address of a GET request too; addresses end in logs,
// which is no place for policies and names, and no SDK does it.
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

// Body reads the form, and finds the operation.
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
			Message: "The parameter Version names no version of an API that is here: it must be " + m.protocol.versions() + "."}
	}
	m.api, m.op = api, m.protocol.targets[t]
	if m.op == nil {
		return nil, &apicore.Error{Name: "InvalidAction", Message: "There is no operation " +
			strconv.Quote(clip(t.action)) + " in version " + t.version + "."}
	}
	return m.op, nil
}

// Decode reads the operation's input from the parameters, checks it, and binds
// it.
func (m *message) Decode(in any, only []string) error {
	if m.op.Input == nil {
		return nil
	}
	clean, err := checked(m.op, m.parameters, only)
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

// names are the names of shapes on the wire, with those that they have by
// default.
type names apicore.Names

// member returns the name of a structure's member. A flattened list has no
// name besides that of its elements.
func (n names) member(s *apicore.Shape, m apicore.Member) string {
	if wire := n[m.Shape]; wire.Flattened && m.Shape.Type == apicore.List && wire.Element != "" {
		return wire.Element
	}
	return or(n[s].Members[m.Name], m.Name)
}

func (n names) element(list *apicore.Shape) string  { return or(n[list].Element, "member") }
func (n names) key(entries *apicore.Shape) string   { return or(n[entries].Key, "key") }
func (n names) value(entries *apicore.Shape) string { return or(n[entries].Element, "value") }

func or(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
