package web

import (
	"io/fs"

	"github.com/boligklar/boligklar/internal/apperr"
)

// Statuses and Sentences are the maps from kinds of failure.
var (
	Statuses  map[apperr.Code]int = statuses
	Sentences map[int]string      = sentences
)

// StaticFiles are the embedded ones.
var StaticFiles fs.FS = staticFiles

// SetStatic puts other static files into a site.
func SetStatic(cfg *Config, files fs.FS) { cfg.static = files }
