package web

// PostalCodes returns the postal register that was fetched with the assets: a
// JSON object of postal codes and places. Without the assets it is empty.
func PostalCodes() []byte {
	data, err := staticFiles.ReadFile("static/vendor/postal-codes.json")
	if err != nil {
		return []byte("{}") // the program works without
	}
	return data
}
