#!/usr/bin/env bash
# Two Poolhouse servers on one PostgreSQL database and one S3 bucket, all on
# this machine, until Ctrl-C. Everything is kept in a directory:
#
#     examples/several-servers.sh [DIRECTORY]
#
# It needs Go and PostgreSQL's server (Debian: apt-get install postgresql).
# These are the plain commands; on real machines each part has its own.
# PORT, by default 9229, is the first server's port; PORT+1 and PORT+2 are used
# too.
set -euo pipefail
one=${PORT:-9229} two=$((${PORT:-9229} + 1)) s3=$((${PORT:-9229} + 2))
mkdir -p "${1:-several-servers}"
dir=$(cd "${1:-several-servers}" && pwd)
cd "$(dirname "$0")/.."
trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null; wait' EXIT

# PostgreSQL, on a socket in the directory. It refuses to run as root.
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
as=()
mkdir -p "$dir/postgres"
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$dir"
	chown postgres "$dir/postgres"
	as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
if [ ! -e "$dir/postgres/data" ]; then
	"${as[@]}" "$programs/initdb" --pgdata="$dir/postgres/data" --username=poolhouse --auth=trust --encoding=UTF8 --locale=C >/dev/null
fi
"${as[@]}" "$programs/postgres" -D "$dir/postgres/data" -k "$dir/postgres" -c listen_addresses= >"$dir/postgres.log" 2>&1 &

# An S3 server with one bucket: versitygw, which keeps objects as files.
go build -C tools/s3server -o "$dir/s3server" github.com/versity/versitygw/cmd/versitygw
mkdir -p "$dir/buckets/imports" "$dir/notes"
ROOT_ACCESS_KEY=example-key ROOT_SECRET_KEY=example-secret \
	"$dir/s3server" --port 127.0.0.1:$s3 posix --sidecar "$dir/notes" "$dir/buckets" >"$dir/s3.log" 2>&1 &

# Two servers. They share everything but their address and directory; they
# wait for the database.
go build -o "$dir/poolhouse" ./cmd/poolhouse
export POOLHOUSE_DATABASE="postgres:///postgres?host=$dir/postgres&user=poolhouse"
export POOLHOUSE_UPLOADS="s3://imports?endpoint=http://127.0.0.1:$s3"
export POOLHOUSE_S3_ACCESS_KEY_ID=example-key POOLHOUSE_S3_SECRET_ACCESS_KEY=example-secret
export POOLHOUSE_ROOT_ACCESS_KEY_ID=PHIAEXAMPLE POOLHOUSE_ROOT_SECRET_ACCESS_KEY=example-root-secret
# The key that seals the secrets of other access keys in the database: always
# the same.
[ -e "$dir/sealing-key" ] || (umask 077 && head -c 32 /dev/urandom | base64 >"$dir/sealing-key")
POOLHOUSE_SEALING_KEY=$(cat "$dir/sealing-key")
export POOLHOUSE_SEALING_KEY
"$dir/poolhouse" serve --data "$dir/one" --listen 127.0.0.1:$one &
"$dir/poolhouse" serve --data "$dir/two" --listen 127.0.0.1:$two &

cat <<TEXT
Two servers: http://127.0.0.1:$one and http://127.0.0.1:$two. In another terminal:
  export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=PHIAEXAMPLE AWS_SECRET_ACCESS_KEY=example-root-secret
  aws cognito-idp list-user-pools --max-results 10 --endpoint-url http://127.0.0.1:$two
End either with kill -9 while it imports: the other goes on.
TEXT
wait
