package scratch

import (
	"errors"
	"fmt"
	"os/exec"
)

// ErrNoPython means that no Python has the requested module.
var ErrNoPython = errors.New("no Python has the module")

// Python returns the path of a Python with a module, such as boto3. It tries the one that the shell
// would run, then that of the system, which has Debian's packages.
func Python(module string) (string, error) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import "+module).Run() == nil {
			return python, nil
		}
	}
	return "", fmt.Errorf("%w %s (Debian: apt-get install python3-%s)", ErrNoPython, module, module)
}
