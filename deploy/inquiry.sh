#!/usr/bin/env bash
# Runs a command of Inquiry as its units do: as the user inquiry, with /etc/inquiry/environment. As root.
# usage: deploy/inquiry.sh db backup /var/backups/inquiry/today
set -euo pipefail

set -a
HOME=/srv/inquiry INQUIRY_ENV=production INQUIRY_DATA_DIR=/var/lib/inquiry
# shellcheck source=/dev/null
. /etc/inquiry/environment
set +a
# As inquiry-media: the site's nginx reads a recording that is made here.
umask 0027
exec runuser -u inquiry -g www-data -- /srv/inquiry/.venv/bin/inquiry "$@"
