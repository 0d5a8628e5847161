#!/bin/sh
# Makes the secrets that compose.yaml names, where they are missing.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
word() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
for name in mongo-root-password mongo-app-password meili-key; do
	[ -s "secrets/$name" ] || word >"secrets/$name"
done
[ -s secrets/mongo-keyfile ] || head -c 512 /dev/urandom | base64 | tr -d '\n' >secrets/mongo-keyfile
[ -s secrets/store-url ] || printf 'mongodb://boligklar:%s@mongo1,mongo2,mongo3/boligklar?replicaSet=rs0&authSource=boligklar\n' \
	"$(cat secrets/mongo-app-password)" >secrets/store-url
chmod 0444 secrets/store-url secrets/mongo-root-password secrets/mongo-app-password secrets/meili-key # the folder is closed; containers read as other users
