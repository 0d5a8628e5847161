// Spreads a store over the shards of a cluster: mongosh "mongodb://.../admin" deploy/mongodb/shard.js
// Run it after the program's first start, which makes the collections, and again after an upgrade that brings new ones.
// Every collection has the municipality as its shard key, and a zone keeps one municipality's chunks of all collections on one
// shard, so that its transactions stay there. Municipalities that are not named here go where the balancer puts them.
const store = "boligklar"
const zones = {
  // zone: {shard, municipalities}; the largest ones get a shard of their own
  oslo: {shard: "shard1", municipalities: ["0301"]},
  west: {shard: "shard2", municipalities: ["4601", "1103"]},
  north: {shard: "shard3", municipalities: ["1804", "1833", "5501", "5001"]},
}
sh.enableSharding(store)
for (const [zone, {shard}] of Object.entries(zones)) sh.addShardToZone(shard, zone)
for (const name of db.getSiblingDB(store).getCollectionNames().filter(n => !n.startsWith("system."))) {
  const ns = `${store}.${name}`
  for (const [zone, {municipalities}] of Object.entries(zones)) // before the key: an empty collection is then laid out at once
    for (const m of municipalities) sh.updateZoneKeyRange(ns, {municipality: m}, {municipality: m + " "}, zone)
  try { sh.shardCollection(ns, {municipality: 1}) } catch (e) { if (e.codeName !== "AlreadyInitialized") throw e }
}
