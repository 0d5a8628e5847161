package importers

import "testing"

// The many ways in which one number is written, seen and unseen.
func TestIdentityNumbersInEveryDress(t *testing.T) {
	for _, text := range []string{
		"15038532127", "150385 32127", "150385  32127", "150385 - 32127", "150385\u201432127", "150385\u221232127", "150385/32127", "150385_32127",
		"150385:32127", "150385,32127", "150385+32127", "150385=32127", "150385\t32127", "150385\n32127", "150385\r\n32127",
		"150385\u00ad32127", "150385\u200b32127", "150385\ufeff32127", "150385\u206032127", "15.03.85 32127", "15.03.1985 32127", "15/03-85 32127",
		"Født 150385 pnr 32127", "Ytteren 150385/32127", "1,5038532127E+10", "1503853212715038532127", "x15038532127x",
		"\U0001d7cf\U0001d7d3\U0001d7ce\U0001d7d1\U0001d7d6\U0001d7d3\U0001d7d1\U0001d7d0\U0001d7cf\U0001d7d0\U0001d7d5",
		"201512345678", "2015/123456/78", "2015 123456 78", "2015\u200b12345678", "2015-12345678", "DUF:201512345678.",
	} {
		if _, found := FindIdentity(text); !found {
			t.Errorf("%q passes for harmless", text)
		}
		if _, found := FindIdentity(Scrub("a " + text + " b")); found {
			t.Errorf("Scrub leaves a number in %q", text)
		}
	}
	for _, text := range []string{
		"12.10.2026 44667799", "Ringt 2026-10-12 1430", "0047 48483918", "44 66 67 99 / 94 31 51 54", "8601.11.17947 nei", "2026 10 12 1430", "Storgata 12, 8622",
		"974 760 673", "Husleie 8 500 + 1 000 strøm fra 01.12.2026",
	} {
		if kind, found := FindIdentity(text); found {
			t.Errorf("%q is taken for a %s", text, kind)
		}
	}
}
