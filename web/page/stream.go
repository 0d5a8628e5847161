package page

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Stream answers with server-sent events (HTML, 9.2) until run returns or the
// reader goes away, which ends the request's context. send writes one event; its
// data may have several lines. A stream takes the server's write deadline away,
// so its Route is Long.
func (c *Context) Stream(run func(send func(event, data string) error) error) error {
	control := http.NewResponseController(c.Writer)
	if err := control.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy must not wait for more
	c.Writer.WriteHeader(http.StatusOK)
	if err := control.Flush(); err != nil {
		return nil // the reader went away
	}
	return run(func(event, data string) error {
		var b strings.Builder
		fmt.Fprintf(&b, "event: %s\n", event)
		for line := range strings.SplitSeq(data, "\n") {
			fmt.Fprintf(&b, "data: %s\n", strings.TrimRight(line, "\r"))
		}
		b.WriteString("\n")
		if _, err := c.Writer.Write([]byte(b.String())); err != nil {
			return err
		}
		return control.Flush()
	})
}

// Download answers with a file to be saved, whose bytes write makes. An error
// after the first byte cuts the connection, so that no half file looks whole.
func (c *Context) Download(filename, contentType string, write func(w http.ResponseWriter) error) error {
	h := c.Writer.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+strings.NewReplacer(`"`, "", `\`, "", "\r", "", "\n", "").Replace(filename)+`"`)
	h.Set("Cache-Control", "no-store")
	return write(c.Writer)
}
