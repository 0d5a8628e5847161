package photos

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// segments calls fn with each marker segment of a JPEG file before its pixels
// (ITU-T T.81, B.1), until fn returns false.
func segments(file []byte, fn func(marker byte, data []byte) bool) {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker := file[at+1]
		if marker == 0xff { // a fill byte
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(file) || !fn(marker, file[at+4:at+2+size]) {
			return
		}
		at += 2 + size
	}
}

func exifOfJPEG(file []byte) (tiff []byte) {
	segments(file, func(marker byte, data []byte) bool {
		if rest, ok := bytes.CutPrefix(data, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			tiff = rest
			return false
		}
		return true
	})
	return tiff
}

// progressive reports whether a JPEG file comes in several scans. A frame that is
// neither found nor baseline counts as such.
func progressive(file []byte) bool {
	many := true
	segments(file, func(marker byte, _ []byte) bool {
		if marker == 0xc0 || marker == 0xc1 {
			many = false
		}
		return many && marker != 0xc2
	})
	return many
}

// chunksOfPNG calls fn with each chunk (ISO/IEC 15948, 5.3), until it returns false.
func chunksOfPNG(file []byte, fn func(name string, data []byte) bool) {
	for at := 8; at+12 <= len(file); {
		size := int64(binary.BigEndian.Uint32(file[at:]))
		if int64(at)+12+size > int64(len(file)) || !fn(string(file[at+4:at+8]), file[at+8:at+8+int(size)]) {
			return
		}
		at += 12 + int(size)
	}
}

func exifOfPNG(file []byte) (tiff []byte) {
	chunksOfPNG(file, func(name string, data []byte) bool {
		if name == "eXIf" {
			tiff = data
		}
		return tiff == nil
	})
	return tiff
}

func animatedPNG(file []byte) (moves bool) {
	chunksOfPNG(file, func(name string, _ []byte) bool {
		moves = name == "acTL"
		return !moves && name != "IDAT"
	})
	return moves
}

// chunksOfWebP calls fn with each chunk of the container, until it returns false.
func chunksOfWebP(file []byte, fn func(name string, data []byte) bool) {
	for at := 12; at+8 <= len(file); {
		size := int64(binary.LittleEndian.Uint32(file[at+4:]))
		if int64(at)+8+size > int64(len(file)) || !fn(string(file[at:at+4]), file[at+8:at+8+int(size)]) {
			return
		}
		at += 8 + int(size+size%2)
	}
}

func exifOfWebP(file []byte) (tiff []byte) {
	chunksOfWebP(file, func(name string, data []byte) bool {
		if name == "EXIF" {
			tiff = bytes.TrimPrefix(data, []byte("Exif\x00\x00"))
		}
		return tiff == nil
	})
	return tiff
}

func animatedWebP(file []byte) (moves bool) {
	chunksOfWebP(file, func(name string, data []byte) bool {
		moves = name == "ANIM" || name == "ANMF" || name == "VP8X" && len(data) > 0 && data[0]&2 != 0
		return !moves
	})
	return moves
}

// orientationOf reads from the Exif part how a picture is to be turned (Exif 3.0,
// 4.6.5.1, tag 0x0112): 1 to 8, and 1 wherever it is not said or cannot be read.
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if strings.HasPrefix(string(tiff), "MM") {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	const entry = 12
	n := int64(order.Uint16(tiff[at:]))
	for at += 2; n > 0 && at+entry <= int64(len(tiff)); at, n = at+entry, n-1 {
		if order.Uint16(tiff[at:]) != 0x0112 {
			continue
		}
		if v := int(order.Uint16(tiff[at+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}
