// Package folder delivers messages as files, one a message, for a site that has
// no mail server set up yet, and for tests.
package folder

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/boligklar/boligklar/internal/outbox"
)

// Transport writes messages into a folder.
type Transport struct{ Dir string }

// Send writes the message as a text file named by its ID: a message that comes
// again takes the file's place.
func (t Transport) Send(_ context.Context, id string, m outbox.Message) error {
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		return &outbox.Failure{Reason: "the folder of messages cannot be made"}
	}
	path := filepath.Join(t.Dir, id+".txt")
	text := fmt.Sprintf("To: %s\nVia: %s\nSubject: %s\n\n%s\n", m.To, m.Channel, m.Title, m.Text)
	err := os.WriteFile(path+".part", []byte(text), 0o600)
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	if err != nil {
		return &outbox.Failure{Reason: "the file of the message cannot be written"}
	}
	return nil
}
