package awsquery

import (
	"poolhouse/internal/apicore"
)

// checked reads an operation's input from the parameters, checks it, and returns
// what the model declares of it.
func checked(op *apicore.OperationInfo, parameters *node) (any, error) {
	d := decoder{names(op.API.Names)}
	input := map[string]any{}
	if err := d.members("", op.Input, parameters, input); err != nil {
		return nil, err
	}
	return apicore.Check(op.Input, input)
}

// decoder makes of a form what encoding/json makes of a body: the checker does
// not know the difference. It follows the shape and not the form, so that it
// never looks at what the model does not know.
type decoder struct{ names names }

// value returns the value of a shape, nil where the form has none.
func (d decoder) value(at string, s *apicore.Shape, n *node) (any, error) {
	switch s.Type {
	case apicore.Structure:
		if n.text != "" {
			return nil, malformedAt(at, "is a structure: its members are parameters like "+at+".Name")
		}
		object := map[string]any{}
		return object, d.members(at+".", s, n, object)
	case apicore.List:
		return d.list(at, s, n)
	case apicore.Map:
		return d.entries(at, s, n)
	}
	if !n.given {
		return nil, nil
	}
	return scalar(at, s, n.text)
}

// members fills an object with the members of a structure. prefix is what
// their parameters' names begin with.
func (d decoder) members(prefix string, s *apicore.Shape, n *node, object map[string]any) error {
	for _, m := range s.Members {
		name := d.names.member(s, m)
		field := n.fields[name]
		if field == nil {
			continue
		}
		v, err := d.value(prefix+name, m.Shape, field)
		if err != nil {
			return err
		}
		if v != nil {
			object[m.Name] = v
		}
	}
	return nil
}

func malformedAt(at, what string) *apicore.Refusal {
	return malformed("The parameter " + at + " " + what + ".")
}
