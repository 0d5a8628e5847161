package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boligklar/boligklar/internal/outbox"
)

func TestSend(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	m := outbox.Message{Channel: outbox.SMS, To: "+4744667799", Text: "Hei"}
	for range 2 { // the second takes the first one's place
		if err := (Transport{dir}).Send(t.Context(), "A1", m); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("got %v, %v, want one file", files, err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "A1.txt"))
	if err != nil || !strings.HasPrefix(string(data), "To: +4744667799\nVia: sms\n") || !strings.HasSuffix(string(data), "\n\nHei\n") {
		t.Errorf("got %q, %v", data, err)
	}
	if err := (Transport{filepath.Join(dir, "A1.txt")}).Send(t.Context(), "A2", m); err == nil {
		t.Error("got no error for a folder that cannot be made")
	}
}
