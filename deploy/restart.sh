#!/usr/bin/env bash
# Restarts the processes of Inquiry one after the other, each when the one before is ready: viewers move, nobody is left out.
# At the end the media worker, where this machine has one: a picture that is sent is away for some seconds.
# usage: deploy/restart.sh 5001 5002 …
set -euo pipefail

for port in "$@"; do
    systemctl restart "inquiry@$port"
    for _ in $(seq 60); do
        # The token, where there is one, goes by a file descriptor: arguments are seen by everybody on the machine.
        if curl --silent --fail --max-time 2 --output /dev/null \
            --config <(printf 'header = "Authorization: Bearer %s"\n' "${INQUIRY_METRICS_TOKEN:-}") \
            "http://127.0.0.1:$port/readyz"; then
            echo "inquiry@$port is ready"
            continue 2
        fi
        sleep 0.5
    done
    echo "inquiry@$port is not ready after half a minute: the others were left as they are. journalctl -u inquiry@$port" >&2
    exit 1
done

if systemctl is-enabled --quiet inquiry-media 2>/dev/null; then
    systemctl restart inquiry-media
    echo "inquiry-media was restarted"
fi
