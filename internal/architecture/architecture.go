// Package architecture has no code of its own: its tests hold what
// docs/architecture.md says of the rooms, who may import whom and that
// everything public is explained.
package architecture
