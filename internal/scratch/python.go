package scratch

import (
	"errors"
	"fmt"
	"os/exec"
)

// ErrNoPython says that no Python has the module that is asked for.
var ErrNoPython = errors.New("no Python has the module")

// Python returns the path of a Python that has a module, such as boto3: the one
// that the shell would find, else that of the system, for which Debian's
// packages are.
func Python(module string) (string, error) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import "+module).Run() == nil {
			return python, nil
		}
	}
	return "", fmt.Errorf("%w %s (Debian: apt-get install python3-%s)", ErrNoPython, module, module)
}
