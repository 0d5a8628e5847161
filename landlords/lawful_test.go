package landlords_test

import (
	"strings"
	"testing"

	"github.com/boligklar/boligklar/landlords"
)

func TestUnlawfulDemand(t *testing.T) {
	tests := []struct {
		text string
		want landlords.Ground // "" is no demand that the law forbids
	}{
		// bokmål
		{"Kun kvinner", landlords.GroundSex},
		{"Ønsker ikke menn", landlords.GroundSex},
		{"Leies kun ut til enslig kvinne", landlords.GroundSex},
		{"ingen gravide", landlords.GroundSex},
		{"kun etnisk norske", landlords.GroundEthnicity},
		{"Ikke utlendinger", landlords.GroundEthnicity},
		{"Leier ikke ut til flyktninger", landlords.GroundEthnicity},
		{"ingen innvandrere, takk", landlords.GroundEthnicity},
		{"Bare nordmenn.", landlords.GroundEthnicity},
		{"må være norsk statsborger", landlords.GroundCitizenship},
		{"Kun norske statsborgere", landlords.GroundCitizenship},
		{"ikke muslimer", landlords.GroundReligion},
		{"kun kristne leietakere", landlords.GroundReligion},
		{"ingen rullestolbrukere", landlords.GroundDisability},
		{"Ikke psykisk syke", landlords.GroundDisability},
		{"ikke homofile", landlords.GroundOrientation},
		{"kun pensjonister", landlords.GroundAge},
		{"ingen unge", landlords.GroundAge},
		{"fast jobb, kun nordmenn", landlords.GroundEthnicity},
		{"IKKE SOMALIERE", landlords.GroundEthnicity},
		// nynorsk
		{"Berre kvinner", landlords.GroundSex},
		{"ikkje innvandrarar", landlords.GroundEthnicity},
		{"Ikkje flyktningar", landlords.GroundEthnicity},
		{"må vere norsk statsborgar", landlords.GroundCitizenship},
		{"berre etnisk norske", landlords.GroundEthnicity},
		{"ingen muslimar", landlords.GroundReligion},
		{"ikkje utanlandske", landlords.GroundEthnicity},
		// English
		{"Women only", landlords.GroundSex},
		{"Only women", landlords.GroundSex},
		{"no refugees", landlords.GroundEthnicity},
		{"Norwegians only", landlords.GroundEthnicity},
		{"only Norwegian citizens", landlords.GroundCitizenship},
		{"No Muslims please", landlords.GroundReligion},
		{"not for disabled tenants", landlords.GroundDisability},
		{"no gays", landlords.GroundOrientation},
		{"only young people", landlords.GroundAge},
		{"No foreigners", landlords.GroundEthnicity},
		{"Must be Norwegian", landlords.GroundEthnicity},
		{"kun norske familier", landlords.GroundEthnicity},
		{"Bare eldre ektepar", landlords.GroundAge},
		{"ikke for muslimske familier", landlords.GroundReligion},
		{"EU-borgere? Nei, kun norske", landlords.GroundEthnicity},

		// what a landlord may ask for, or merely tells
		{"", ""},
		{"fast jobb", ""},
		{"Ikke røyk", ""},
		{"ingen husdyr", ""},
		{"Kun NAV-garanti", ""},
		{"kun depositum", ""},
		{"ikke NAV", ""},
		{"Ingen barn", ""}, // for staff to look at, not refused
		{"Må snakke norsk", ""},
		{"norsk standard", ""},
		{"kun norsk kontrakt", ""},
		{"Ikke mannlig adgang til kjeller uten avtale med vaktmester", ""},
		{"Kun norsktalende", ""}, // for staff to look at, not refused
		{"Ønsker helst familie", ""},
		{"Passer for enslig kvinne", ""},
		{"Nær moské og kirke", ""},
		{"Leietakeren var en hyggelig mann", ""},
		{"Utleier er en eldre dame", ""},
		{"Ikke mann enn 2 personer", ""},
		{"Passer ikke for rullestol", ""},
		{"Ikke trinnfritt, uegnet for rullestol", ""},
		{"Kun skriftlig kontrakt på norsk", ""},
		{"only white goods included", ""},
		{"no black mould", ""},
		{"No smoking, no pets", ""},
		{"References required", ""},
		{"Near school and bus", ""},
		{"Ikkje møblert", ""},
		{"berre for ikkje-røykjarar", ""},
		{"Ikke nabo til noen", ""},
		{"Hvite vegger, ikke hvite gulv", ""},
		{"Har leid ut til flyktninger før, bare gode erfaringer", ""},
		{"Positiv til flyktninger", ""},
		{"Ikke bare kvinner, alle er velkomne", ""},
		{"Utleigar er ei eldre kvinne", ""},
		{"Badet er ikke gammelt, kjøkkenet er ikke gammel", ""},
		{"Ingen gamle møbler", ""},
		{"Ikke eldre enn fem år", ""},
		{"Ingen dyr, men barn er hyggelig", ""},
		{"kun unge mennesker", landlords.GroundAge},
		{"no old people", landlords.GroundAge},
		{"only white tenants", landlords.GroundEthnicity},
		{"Gjerne kvinner eller menn", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			for _, text := range []string{test.text, strings.ToUpper(test.text), "Fin bolig. " + test.text + ". Ring!"} {
				if got := landlords.UnlawfulDemand(text); got != test.want {
					t.Errorf("%q: got %q, want %q", text, got, test.want)
				}
			}
		})
	}
}
