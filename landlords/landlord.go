package landlords

import "strings"

// Landlord is who offers a listing, as stated there.
type Landlord struct {
	Name  string
	Phone string // E.164
	Email string
}

// Landlord returns the landlord that the listing states.
func (l *Listing) Landlord() Landlord {
	return Landlord{l.LandlordName, l.LandlordPhone, l.LandlordEmail}
}

// Key is the same for two statements of one landlord: when the phone, else the
// e-mail, else the name is equal. It is "" where nothing is stated. Names and
// e-mails compare without regard to case and to the number of spaces.
func (l Landlord) Key() string {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	switch {
	case l.Phone != "":
		return "phone:" + l.Phone
	case l.Email != "":
		return "email:" + fold(l.Email)
	case l.Name != "":
		return "name:" + fold(l.Name)
	}
	return ""
}
