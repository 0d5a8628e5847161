package page_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/boligklar/boligklar/web/page"
)

func TestProse(t *testing.T) {
	const p, a, ul = `<p class="ds-paragraph">`, `<a class="ds-link" href=`, `<ul class="ds-list">`
	tests := []struct{ text, want string }{
		{"", ""},
		{"Hei", p + "Hei</p>"},
		{"En\nto\n\ntre", p + "En<br>to</p>" + p + "tre</p>"},
		{"Slik:\n- en\n- to\nså", p + "Slik:</p>" + ul + "<li>en</li><li>to</li></ul>" + p + "så</p>"},
		{"**Viktig** & bra", p + "<strong>Viktig</strong> &amp; bra</p>"},
		{"Se [nettsiden](https://example.no/a?b=1&c=2).", p + "Se " + a + `"https://example.no/a?b=1&amp;c=2">nettsiden</a>.</p>`},
		{"[Ring](tel:+4775000000), [skriv](mailto:a@example.no)", p + a + `"tel:+4775000000">Ring</a>, ` + a + `"mailto:a@example.no">skriv</a></p>`},
		{"[x](javascript:alert(1))", p + "[x](javascript:alert(1))</p>"},
		{"[x](data:text/html,y)", p + "[x](data:text/html,y)</p>"},
		{`[x](https://a"onclick="b)`, p + a + `"https://a&#34;onclick=&#34;b">x</a></p>`},
		{"<script>alert(1)</script>", p + "&lt;script&gt;alert(1)&lt;/script&gt;</p>"},
	}
	for _, test := range tests {
		if got := strings.ReplaceAll(string(page.Prose(test.text)), "\n", ""); got != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}

// Whatever is written, only the few elements come out, and links lead only where
// they may.
func FuzzProse(f *testing.F) {
	for _, seed := range []string{"**a** [b](https://c)\n- d\n\n<e f='g'>", "[**a**](https://x**y**)", "**[a](tel:1)**", "[a](https://b)(https://c)", `[a](https://"onload=x)`} {
		f.Add(seed)
	}
	allowed := map[string]string{"p": "class", "br": "", "ul": "class", "li": "", "strong": "", "a": "class href", "html": "", "head": "", "body": ""}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := html.Parse(strings.NewReader(string(page.Prose(text))))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			attributes, ok := allowed[n.Data]
			if !ok {
				t.Errorf("%q: got <%s>", text, n.Data)
			}
			for _, at := range n.Attr {
				if !strings.Contains(" "+attributes+" ", " "+at.Key+" ") {
					t.Errorf("%q: got <%s %s>", text, n.Data, at.Key)
				}
				if at.Key == "href" && !strings.HasPrefix(at.Val, "https://") && !strings.HasPrefix(at.Val, "mailto:") && !strings.HasPrefix(at.Val, "tel:") {
					t.Errorf("%q: got a link to %q", text, at.Val)
				}
			}
		}
	})
}
