#!/usr/bin/env bash
# Installs Debian's parts that the tests drive: a browser, a database server, what stands around several processes
# (nginx, Redis), what carries the picture (nginx-rtmp, Janus, coturn, ffmpeg), and Chinese type to look at in pictures.
# Where it may not, it says why and goes on: the tests themselves skip what is missing, or fail under CI=true.
set -euo pipefail

missing=()
PATH=$PATH:/usr/sbin
command -v chromium >/dev/null || missing+=(chromium)
command -v turnserver >/dev/null || missing+=(coturn)
command -v ffmpeg >/dev/null || missing+=(ffmpeg)
command -v janus >/dev/null || missing+=(janus)
command -v nginx >/dev/null || missing+=(nginx-light)
[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || missing+=(libnginx-mod-rtmp)
command -v openssl >/dev/null || missing+=(openssl)
command -v redis-server >/dev/null || missing+=(redis-server)
compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1) # what Playwright's driver is linked to
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Not installed: ${missing[*]}: this system has no apt-get."
elif [ "$(id -u)" -ne 0 ]; then
    echo "Not installed: ${missing[*]}: only root may. As root: apt-get install ${missing[*]}"
else
    export DEBIAN_FRONTEND=noninteractive
    install() { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
    echo "Installing ${missing[*]} with apt-get …"
    install || { echo "Once more in 5 s …"; sleep 5; install; } || echo "Not installed: ${missing[*]}: apt-get failed."
fi
