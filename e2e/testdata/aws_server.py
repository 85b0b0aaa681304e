"""Runs commands of the AWS CLI without starting Python for each.

It listens on the Unix socket that its argument names. A connection brings one
JSON object in one line, with the command's arguments and environment, and gets
one with its exit code and what it wrote. Each command runs in a process of its
own, which is forked from this one, where the CLI's modules are loaded already.
It ends with its standard input.
"""
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import traceback

import awscli.clidriver
import awscli.customizations.commands  # noqa: F401: loaded before the fork, as the next ones are
import awscli.handlers  # noqa: F401
import botocore.endpoint  # noqa: F401
import botocore.httpsession  # noqa: F401


def run(command):
    """Runs one command in this process, whose standard files it changes."""
    data = os.environ.get("AWS_DATA_PATH")  # by the CLI itself, when it was loaded
    os.environ.clear()
    os.environ.update(command["env"])
    if data:
        os.environ["AWS_DATA_PATH"] = data
    sys.argv = ["aws"] + command["args"]
    files = [tempfile.TemporaryFile() for _ in range(2)]
    for number, file in enumerate(files, start=1):
        os.dup2(file.fileno(), number)
    try:
        code = awscli.clidriver.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception:
        traceback.print_exc()
        code = 255
    sys.stdout.flush()
    sys.stderr.flush()
    answer = {"code": code}
    for name, file in zip(("out", "err"), files):
        file.seek(0)
        answer[name] = file.read().decode()
    return answer


def serve(connection):
    with connection, connection.makefile("rw") as stream:
        stream.write(json.dumps(run(json.loads(stream.readline()))) + "\n")


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the commands
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(100)
    print("ready", flush=True)
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    ready.register(sys.stdin, selectors.EVENT_READ)
    while sys.stdin not in [key.fileobj for key, _ in ready.select()]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            serve(connection)
            os._exit(0)
        connection.close()


main()
