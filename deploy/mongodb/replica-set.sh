#!/bin/bash
# Makes the replica set of compose.yaml, its administrator and the program's user.
# It may run again: what is there stays.
set -euo pipefail
root=$(cat /run/secrets/mongo-root-password) app=$(cat /run/secrets/mongo-app-password)
export ROOT_PASSWORD=$root APP_PASSWORD=$app
until mongosh --quiet --eval 'db.hello().ok' >/dev/null 2>&1; do sleep 1; done
mongosh --quiet --eval '
  try { rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo1", priority: 2}, {_id: 1, host: "mongo2"}, {_id: 2, host: "mongo3"}]}) }
  catch (e) { if (e.codeName !== "AlreadyInitialized" && e.codeName !== "Unauthorized") throw e }
  while (!db.hello().isWritablePrimary) sleep(500)
  try { db.getSiblingDB("admin").createUser({user: "root", pwd: process.env.ROOT_PASSWORD, roles: ["root"]}) }
  catch (e) { if (!["Unauthorized", "Location51003"].includes(e.codeName)) throw e }
  db.getSiblingDB("admin").auth("root", process.env.ROOT_PASSWORD)
  try { db.getSiblingDB("boligklar").createUser({user: "boligklar", pwd: process.env.APP_PASSWORD, roles: [{role: "readWrite", db: "boligklar"}]}) }
  catch (e) { if (e.codeName !== "Location51003") throw e }
'
