#!/bin/sh
# An S3 server for trying things out on one machine: Ceph with one store and no copies, on 127.0.0.1 alone.
#   apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common
#   sh config/deploy/trial-s3.sh start /var/tmp/presession-s3        # again: goes on with what is there
#   sh config/deploy/trial-s3.sh stop /var/tmp/presession-s3
# Port 9000, key “presession”, secret “trial-secret”; other ports: PORT=9100 (it takes the next one too).
set -eu

folder=${2:?folder}
port=${PORT:-9000}
conf=$folder/ceph.conf

write_configuration() {
    mkdir -p "$folder/mon" "$folder/osd" "$folder/log" "$folder/run"
    cat >"$conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = v2:127.0.0.1:$((port + 1))
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_crush_chooseleaf_type = 0
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_max_pg_per_osd = 1000
run_dir = $folder/run
admin_socket = $folder/run/\$name.asok
log_file = $folder/log/\$name.log
pid_file = $folder/run/\$name.pid
[mon.a]
mon_data = $folder/mon
mon_data_avail_warn = 1
mon_data_avail_crit = 1
osd_class_load_list = *
osd_class_default_list = *
[osd.0]
osd_data = $folder/osd
bluestore_block_size = 107374182400
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_enable_apis = s3, admin
ms_mon_client_mode = crc
auth_client_required = none
CONF
}

make_stores() {
    monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$conf")" --addv a "[v2:127.0.0.1:$((port + 1))]" \
        "$folder/monmap" >/dev/null
    ceph-mon -i a --mkfs --monmap "$folder/monmap" -c "$conf"
    ceph-mon -i a -c "$conf"
    ceph -c "$conf" osd create >/dev/null
    ceph-osd -i 0 --mkfs -c "$conf" >"$folder/log/mkfs.log" 2>&1
}

start() {
    if [ -e "$conf" ]; then
        ceph-mon -i a -c "$conf"
    else
        write_configuration
        make_stores
    fi
    ceph-osd -i 0 -c "$conf" >"$folder/log/osd.out" 2>&1
    radosgw -n client.rgw -c "$conf" >"$folder/log/rgw.out" 2>&1
    radosgw-admin -c "$conf" user info --uid=presession >/dev/null 2>&1 ||
        radosgw-admin -c "$conf" user create --uid=presession --display-name=presession \
            --access-key=presession --secret-key=trial-secret >/dev/null
    echo "S3 at http://127.0.0.1:$port, key presession, secret trial-secret; data in $folder"
}

stop() {
    for part in client.rgw osd.0 mon.a; do
        pid=$(cat "$folder/run/$part.pid" 2>/dev/null) || continue
        # radosgw takes long to leave; what it holds is in the stores.
        if [ "$part" = client.rgw ]; then kill -9 "$pid"; else kill "$pid"; fi 2>/dev/null || continue
        while [ -d "/proc/$pid" ]; do sleep 0.2; done
    done
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    *) echo "usage: sh trial-s3.sh start|stop FOLDER" >&2; exit 2 ;;
esac
