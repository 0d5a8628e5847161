package page

import (
	"html/template"
	"regexp"
	"strings"
)

// Prose returns what staff wrote as HTML: empty lines part paragraphs, lines that
// begin with "- " are a list, **words** are strong and [words](address) a link to
// a page, an e-mail address or a telephone number. Anything else stands as it was
// written.
func Prose(text string) template.HTML {
	var b strings.Builder
	list := false
	end := func() {
		if list {
			b.WriteString("</ul>\n")
			list = false
		}
	}
	for block := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n\n") {
		var lines []string
		paragraph := func() {
			if len(lines) > 0 {
				b.WriteString(`<p class="ds-paragraph">` + strings.Join(lines, "<br>\n") + "</p>\n")
				lines = nil
			}
		}
		for line := range strings.SplitSeq(block, "\n") {
			line = strings.TrimSpace(line)
			item, isItem := strings.CutPrefix(line, "- ")
			switch {
			case line == "":
			case isItem:
				paragraph()
				if !list {
					b.WriteString(`<ul class="ds-list">`)
					list = true
				}
				b.WriteString("<li>" + inline(item) + "</li>")
			default:
				end()
				lines = append(lines, inline(line))
			}
		}
		paragraph()
		end()
	}
	return template.HTML(b.String()) // each part of it was escaped
}

var (
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	// link takes addresses that cannot run anything: of the web, mail and telephones.
	link = regexp.MustCompile(`\[([^\[\]]+)\]\(((?:https://|mailto:|tel:)[^\s()"'<>]+)\)`)
)

// inline returns a line with its emphasis and links.
func inline(line string) string {
	line = link.ReplaceAllString(template.HTMLEscapeString(line), `<a class="ds-link" href="$2">$1</a>`)
	return strong.ReplaceAllString(line, "<strong>$1</strong>")
}
