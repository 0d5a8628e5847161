package auth

import (
	"bufio"
	"crypto/sha1"
	_ "embed"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/boligklar/boligklar/internal/apperr"
)

// How long a password may be, in characters.
const (
	MinPassword = 12
	MaxPassword = 200
)

// Our own list: what people choose when they are asked for a long password, in
// Norwegian and English, without the digits and signs that they put behind.
//
//go:embed common.txt
var commonText string

var common = func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		set[strings.TrimSpace(line)] = true
	}
	return set
}()

// checkPassword returns what is wrong with a password, as problems of the field
// password. Length and being unknown to thieves is all that is asked (NIST SP
// 800-63B, 3.1.1.2): no digits, no signs, no change without a reason.
func (s *Service) checkPassword(password, username string) []apperr.Problem {
	problem := func(code string, params map[string]any) []apperr.Problem {
		return []apperr.Problem{{Field: "password", Code: code, Severity: apperr.SeverityError, Params: params}}
	}
	password = norm.NFKC.String(password)
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return problem("password_short", map[string]any{"Min": MinPassword})
	case n > MaxPassword:
		return problem("password_long", map[string]any{"Max": MaxPassword})
	case isCommon(password, username):
		return problem("password_common", nil)
	}
	if s.cfg.Breached == "" {
		return nil
	}
	found, err := breached(s.cfg.Breached, password)
	if err != nil {
		return problem("password_unchecked", nil)
	}
	if found {
		return problem("password_breached", nil)
	}
	return nil
}

// isCommon reports whether little is left of a password without its ornament:
// a word of the list, the user's own name, one pattern over and over.
func isCommon(password, username string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	distinct := map[rune]bool{}
	for _, r := range lower {
		distinct[r] = true
	}
	name, _, _ := strings.Cut(username, "@")
	return core == "" || common[lower] || common[core] || len(distinct) < 5 ||
		len(name) > 2 && strings.ReplaceAll(core, name, "") == "" || isRun(lower)
}

// isRun reports whether most characters follow the one before in the alphabet or
// on the keyboard.
func isRun(s string) bool {
	const rows = "qwertyuiopå asdfghjkløæ zxcvbnm 1234567890 abcdefghijklmnopqrstuvwxyzæøå"
	steps, runes := 0, []rune(s)
	for i := 1; i < len(runes); i++ {
		if strings.Contains(rows, string(runes[i-1:i+1])) {
			steps++
		}
	}
	return steps*4 >= len(runes)*3
}

// errBreachedFile says that the file of breached passwords cannot be used.
var errBreachedFile = errors.New("auth: the file of breached passwords cannot be read")

// breached looks a password up in a file: one password a line, or, for files of
// many gigabytes, upper-case SHA-1 sums in ascending order, each with a colon and
// a count behind (the form in which such lists are published).
func breached(path, password string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, errors.Join(errBreachedFile, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return false, errors.Join(errBreachedFile, err)
	}
	first := make([]byte, 41)
	if n, _ := io.ReadFull(f, first); n >= 40 && isSum(first[:40]) && (n == 40 || !isHex(first[40])) {
		sum := sha1.Sum([]byte(password)) // the lists' choice; nothing rests on it
		return findSum(f, info.Size(), strings.ToUpper(hex.EncodeToString(sum[:])))
	}
	lines := bufio.NewScanner(io.NewSectionReader(f, 0, info.Size()))
	lower := strings.ToLower(password)
	for lines.Scan() {
		if strings.ToLower(strings.TrimRight(lines.Text(), "\r")) == lower {
			return true, nil
		}
	}
	return false, lines.Err()
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'F' || b >= 'a' && b <= 'f'
}

func isSum(b []byte) bool {
	for _, c := range b {
		if !isHex(c) {
			return false
		}
	}
	return true
}

// findSum searches sorted lines for one that begins with sum, by halves: a file
// of 40 GB takes 36 reads.
func findSum(r io.ReaderAt, size int64, sum string) (bool, error) {
	var failed error
	// lineAfter returns the first whole line that begins at offset or later.
	lineAfter := func(offset int64) string {
		buf := make([]byte, 256)
		from := max(offset-1, 0)
		n, err := r.ReadAt(buf, from)
		if err != nil && err != io.EOF {
			failed = err
		}
		text := string(buf[:n])
		if offset > 0 {
			_, rest, found := strings.Cut(text, "\n")
			if !found {
				return "" // the last line begins before it
			}
			text = rest
		}
		line, _, _ := strings.Cut(text, "\n")
		return line
	}
	at := sort.Search(int(size), func(offset int) bool {
		line := lineAfter(int64(offset))
		return line == "" || strings.ToUpper(line[:min(40, len(line))]) >= sum
	})
	return strings.HasPrefix(strings.ToUpper(lineAfter(int64(at))), sum), failed
}
