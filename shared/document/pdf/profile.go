package pdf

import (
	"encoding/binary"
	"math"
	"sync"
)

// sRGB is a profile of the standard screen's colours (ICC version 2: three
// primaries and one curve), made here so that no file of unknown origin stands
// in every document.
var sRGB = sync.OnceValue(func() []byte {
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", iccDescription("sRGB")},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), "No copyright\x00"...)},
		{"wtpt", iccXYZ(0.9642, 1, 0.8249)},
		{"rXYZ", iccXYZ(0.4360, 0.2225, 0.0139)},
		{"gXYZ", iccXYZ(0.3851, 0.7169, 0.0971)},
		{"bXYZ", iccXYZ(0.1431, 0.0606, 0.7141)},
		{"rTRC", iccCurve()},
		{"gTRC", nil}, // the same curve
		{"bTRC", nil},
	}
	head := make([]byte, 128)
	copy(head[8:], []byte{2, 0x10, 0, 0})
	copy(head[12:], "mntrRGB XYZ ")
	binary.BigEndian.PutUint16(head[24:], 2020) // the day it was made: year, month, day
	binary.BigEndian.PutUint16(head[26:], 1)
	binary.BigEndian.PutUint16(head[28:], 1)
	copy(head[36:], "acsp")
	copy(head[68:], iccXYZ(0.9642, 1, 0.8249)[8:])
	list := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	start := len(head) + 4 + 12*len(tags)
	var body []byte
	at, size := 0, 0
	for _, t := range tags {
		if t.data != nil {
			at, size = start+len(body), len(t.data)
			body = append(body, t.data...)
			for len(body)%4 != 0 {
				body = append(body, 0)
			}
		}
		list = append(list, t.name...)
		list = binary.BigEndian.AppendUint32(list, uint32(at))
		list = binary.BigEndian.AppendUint32(list, uint32(size))
	}
	profile := append(append(head, list...), body...)
	binary.BigEndian.PutUint32(profile, uint32(len(profile)))
	return profile
})

func iccXYZ(values ...float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func iccDescription(s string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(s)+1))
	b = append(append(b, s...), 0)
	return append(b, make([]byte, 8+2+1+67)...) // no name in other scripts
}

func iccCurve() []byte {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), 256)
	for i := range 256 {
		v := float64(i) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		b = binary.BigEndian.AppendUint16(b, uint16(math.Round(v*65535)))
	}
	return b
}
