#!/usr/bin/env bash
# Runs a command of Inquiry as its units do: as the user inquiry, with /etc/inquiry/environment. As root.
# usage: deploy/inquiry.sh db backup /var/backups/inquiry/today
set -euo pipefail

set -a
HOME=/srv/inquiry INQUIRY_ENV=production INQUIRY_DATA_DIR=/var/lib/inquiry
# shellcheck source=/dev/null
. /etc/inquiry/environment
set +a
umask 0077
exec runuser -u inquiry -- /srv/inquiry/.venv/bin/inquiry "$@"
